import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";

/** How the landed cost of one answer adds up, and what more of it would cost. */
export class CostPopover extends Component {
    static template = "purchase_1688.CostPopover";
    static props = {
        cost: Object,
        line: Object,
        others: Array,
        words: Object,
        canChoose: Boolean,
        choose: Function,
        openOffer: Function,
        close: Function,
    };

    get answered() {
        return this.props.words.time(this.props.cost.answered_at);
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

    get moreText() {
        const { cost, words } = this.props;
        return _t("%(quantity)s cost %(total)s: %(saving)s less.", {
            quantity: words.number(cost.more.qty),
            total: words.money(cost.more.total),
            saving: words.money(cost.more.saving),
        });
    }
}
