import { Component } from "@odoo/owl";
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
}
