import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { deserializeDateTime, formatDateTime } from "@web/core/l10n/dates";

/** How the landed cost of one answer adds up, and what more of it would cost. */
export class CostPopover extends Component {
    static template = "purchase_1688.CostPopover";
    static props = {
        cost: Object,
        line: Object,
        others: Array,
        money: Function,
        number: Function,
        canChoose: Boolean,
        choose: Function,
        openOffer: Function,
        close: Function,
    };

    get answered() {
        const at = this.props.cost.answered_at && deserializeDateTime(this.props.cost.answered_at);
        return at ? { ago: at.toRelative(), exact: formatDateTime(at) } : null;
    }

    get packText() {
        const { cost, number } = this.props;
        return _t("One 1688 unit holds %(pack)s of ours: %(quantity)s arrive.", {
            pack: number(cost.units_per_pack),
            quantity: number(cost.product_qty),
        });
    }

    get arrivalText() {
        const { cost, line, number } = this.props;
        return _t("%(arriving)s arrive; %(needed)s are needed.", {
            arriving: number(cost.product_qty),
            needed: number(line.qty),
        });
    }

    get moreText() {
        const { cost, money, number } = this.props;
        return _t("%(quantity)s cost %(total)s: %(saving)s less.", {
            quantity: number(cost.more.qty),
            total: money(cost.more.total),
            saving: money(cost.more.saving),
        });
    }
}
