import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { Sparkline } from "../sparkline/sparkline.esm";

// Seconds between an answer and its question from which on its age is worth a word.
const APART = 60;

/** What one source takes for one need, or why it said nothing. */
export class BoardCell extends Component {
    static template = "purchase_1688.BoardCell";
    static components = { Sparkline };
    static props = {
        line: Object,
        quote: Object,
        first: { type: Number, optional: true }, // landed cost of the first place
        place: Number, // by the weights of who looks; 0: not shown
        short: String, // why it is short of what all chosen lines take; empty where it is not
        offers: Number,
        asked: Number, // age of the question in seconds
        since: Number, // seconds since the board was read
        rich: Boolean,
        words: Object,
        ask: Function,
        explain: Function,
    };

    get hasAnswer() {
        return ["answered", "short"].includes(this.props.quote.state);
    }

    get isFirst() {
        return this.props.quote.id === this.props.line.best;
    }

    get above() {
        const { quote, first, words } = this.props;
        const above = first === undefined || this.isFirst ? 0 : quote.total - first;
        return words.isNothing(above) ? "" : words.shortChange(above);
    }

    get freight() {
        const { quote, words } = this.props;
        if (!quote.freight_known) {
            return _t("freight ?");
        }
        return quote.freight ? _t("%s freight", words.price(quote.freight)) : _t("free freight");
    }

    get sum() {
        const { quote, words } = this.props;
        const goods = `${words.number(quote.quantity)} × ${words.price(quote.unit_price)}`;
        const parts = [goods, "+", this.freight];
        if (quote.discount) {
            parts.splice(1, 0, "−", _t("%s discount", words.price(quote.discount)));
        }
        if (quote.fees) {
            parts.push("+", _t("%s fees", words.price(quote.fees)));
        }
        return parts.join(" ");
    }

    get isMore() {
        const { line, quote } = this.props;
        return quote.product_qty !== (line.taken_qty || line.qty);
    }

    /** How old the answer is, where it is not as old as the question. */
    get age() {
        const { quote, asked, since, words } = this.props;
        const apart = Math.abs(quote.age_seconds - asked) >= APART;
        return quote.age_seconds !== false && (quote.kept || apart) ? words.age(quote.age_seconds + since) : "";
    }

    get ageTitle() {
        return this.props.quote.kept ? _t("An answer to an earlier question, used instead of asking") : _t("Age of the answer");
    }

    get days() {
        const { quote, words } = this.props;
        return quote.days === false ? "" : words.days(quote.days);
    }

    get daysTitle() {
        return this.props.quote.days_from === "own"
            ? _t("Days until it arrived so far")
            : _t("Days until it is shipped, as the seller promises");
    }

    get offersText() {
        return this.props.offers > 1 ? _t("%s offers", this.props.offers) : "";
    }

    get stateText() {
        return this.props.quote.state === "late" ? _t("late") : _t("failed");
    }
}
