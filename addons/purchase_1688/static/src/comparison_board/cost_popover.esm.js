import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";

/** How the landed cost of one answer adds up, what more of it would cost, and what else this seller has. */
export class CostPopover extends Component {
    static template = "purchase_1688.CostPopover";
    static props = {
        cost: Object,
        line: Object,
        short: String,
        words: Object,
        canChoose: Boolean,
        choose: Function,
        leaveOut: Function,
        openOffer: Function,
        close: Function,
    };

    get isChosen() {
        return this.props.cost.id === this.props.line.chosen;
    }

    get hasAnswer() {
        return this.props.cost.steps.length > 0;
    }

    get answeredText() {
        const { cost, words } = this.props;
        const ago = words.time(cost.answered_at)?.ago || "";
        return cost.kept
            ? _t("answered another question %s", ago)
            : _t("answered %(ago)s, in %(seconds)s s", { ago, seconds: words.number(cost.seconds) });
    }

    get answeredAt() {
        return this.props.words.time(this.props.cost.answered_at)?.exact || "";
    }

    ago(answer) {
        return this.props.words.time(answer.at)?.ago || "";
    }

    get ownCurrencyText() {
        return _t("In %s, at the rate of that day", this.props.cost.own_currency.name);
    }

    get packText() {
        const { cost, words } = this.props;
        return _t("One 1688 unit holds %(pack)s of ours: %(quantity)s arrive.", {
            pack: words.number(cost.units_per_pack),
            quantity: words.number(cost.product_qty),
        });
    }

    get arrivalText() {
        const { cost, line, words } = this.props;
        return _t("%(arriving)s arrive; %(needed)s are needed.", {
            arriving: words.number(cost.product_qty),
            needed: words.number(line.qty),
        });
    }

    get stockText() {
        return _t("In stock at the seller: %s", this.props.words.number(this.props.cost.stock));
    }

    get moreText() {
        const { cost, words } = this.props;
        return _t("%(quantity)s cost %(total)s: %(saving)s less.", {
            quantity: words.number(cost.more.qty),
            total: words.money(cost.more.total),
            saving: words.money(cost.more.saving),
        });
    }

    get takeText() {
        return _t("Take %s", this.props.words.number(this.props.cost.more.qty));
    }
}
