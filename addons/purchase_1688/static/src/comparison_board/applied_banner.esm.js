import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";

/** Who applied the plan and when, what it saved, where it went, and the way back. */
export class AppliedBanner extends Component {
    static template = "purchase_1688.AppliedBanner";
    static props = { applied: Object, orders: Array, canUndo: Boolean, words: Object, openOrder: Function, undo: Function };

    get time() {
        return this.props.words.time(this.props.applied.at);
    }

    get text() {
        return _t("Applied by %(who)s %(ago)s", { who: this.props.applied.by, ago: this.time?.ago || "" });
    }

    get savings() {
        const { saving, saving_list, saving_first, saving_last } = this.props.applied;
        const { words } = this.props;
        const money = (amount) => words.money(Math.abs(amount));
        const rows = [
            [saving, _t("%s saved against the next best", money(saving)), _t("%s more than the next best", money(saving))],
            [
                saving_list,
                _t("%s saved against the list price", money(saving_list)),
                _t("%s more than the list price", money(saving_list)),
            ],
            [
                saving_first,
                _t("%s saved against the first quote", money(saving_first)),
                _t("%s more than the first quote", money(saving_first)),
            ],
            [
                saving_last,
                _t("%s saved against the last price paid", money(saving_last)),
                _t("%s more than the last price paid", money(saving_last)),
            ],
        ];
        return rows
            .filter(([amount]) => !words.isNothing(amount))
            .map(([amount, saved, more]) => ({ good: amount > 0, text: amount > 0 ? saved : more }));
    }
}
