import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";

/** What is needed: the head of a row, with the hint that more costs less and the reason of the choice. */
export class BoardNeed extends Component {
    static template = "purchase_1688.BoardNeed";
    static props = {
        line: Object,
        sellers: Array,
        reasons: Array,
        canChoose: Boolean,
        canAsk: Boolean,
        canChart: Boolean,
        words: Object,
        openProduct: Function,
        showChart: Function,
        askLine: Function,
        takeMore: Function,
        giveReason: Function,
    };

    get hintText() {
        const { qty, instead_of, saving } = this.props.line.hint;
        return this.props.words.better({ more: qty, less: instead_of, saving });
    }

    get insteadText() {
        return _t("instead of %s", this.props.words.number(this.props.line.qty));
    }

    /** Why what seems better is not the first place. */
    passedText({ quote, reason }) {
        const { line, sellers } = this.props;
        const holder = Object.keys(line.cells).find((id) => line.cells[id].some((cell) => cell.id === quote));
        const seller = sellers.find(({ id }) => String(id) === holder)?.name || "";
        return line.best
            ? _t("%(seller)s is cheaper, but not chosen by itself: %(reason)s", { seller, reason })
            : _t("%(seller)s is not chosen by itself: %(reason)s", { seller, reason });
    }

    get leftFirst() {
        const { chosen, best } = this.props.line;
        return Boolean(chosen && chosen !== best);
    }

    get reasonText() {
        const { line, reasons } = this.props;
        const label = reasons.find(({ value }) => value === line.reason)?.label;
        return [label || _t("No reason given yet"), line.reason_note].filter(Boolean).join(": ");
    }

    onReason(ev) {
        return this.props.giveReason({ reason: ev.target.value || false });
    }

    onNote(ev) {
        return this.props.giveReason({ note: ev.target.value.trim() || false });
    }
}
