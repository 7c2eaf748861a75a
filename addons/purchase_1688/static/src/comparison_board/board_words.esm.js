import { _t } from "@web/core/l10n/translation";
import { deserializeDateTime, formatDateTime } from "@web/core/l10n/dates";
import { formatFloat } from "@web/core/utils/numbers";

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const NOTHING = 0.005;

/** How the board writes amounts, numbers and times; one for a board, since a board has one currency. */
export class BoardWords {
    /** The currency comes with the board: the web client only knows those that are active. */
    constructor(currency) {
        this.currency = currency;
    }

    money(amount) {
        return this.withSymbol(formatFloat(amount, { digits: [16, 2] }));
    }

    /** A price, which may be finer than what is paid. */
    price(amount) {
        return formatFloat(amount, { digits: [16, 4], minDigits: 2 });
    }

    unitCost(amount) {
        return this.withSymbol(this.price(amount));
    }

    withSymbol(text) {
        const { symbol, position } = this.currency;
        return position === "before" ? `${symbol}\u00a0${text}` : `${text}\u00a0${symbol}`;
    }

    isNothing(amount) {
        return Math.abs(amount) < NOTHING;
    }

    /** An amount with its sign, for differences. */
    change(amount) {
        return `${amount > 0 ? "+" : "−"}${this.money(Math.abs(amount))}`;
    }

    /** The same where there is little room: without the currency. */
    shortChange(amount) {
        return `${amount > 0 ? "+" : "−"}${formatFloat(Math.abs(amount), { digits: [16, 2] })}`;
    }

    number(value) {
        return formatFloat(value, { digits: [16, 2], trailingZeros: false });
    }

    tenths(value) {
        return formatFloat(value, { digits: [16, 1] });
    }

    /** A server time as {ago, exact}, or null. */
    time(value) {
        const at = value && deserializeDateTime(value);
        return at ? { ago: at.toRelative(), exact: formatDateTime(at) } : null;
    }

    age(seconds) {
        if (seconds < MINUTE) {
            return _t("just now");
        }
        if (seconds < HOUR) {
            return _t("%s min old", Math.floor(seconds / MINUTE));
        }
        return seconds < 48 * HOUR
            ? _t("%s h old", Math.floor(seconds / HOUR))
            : _t("%s days old", Math.floor(seconds / (24 * HOUR)));
    }

    duration(seconds) {
        return seconds < 2 * MINUTE ? _t("%s s", Math.ceil(seconds)) : _t("%s min", Math.ceil(seconds / MINUTE));
    }

    days(days) {
        return _t("%s d", this.number(days));
    }

    parcels(count) {
        return count === 1 ? _t("1 parcel") : _t("%s parcels", count);
    }

    lines(count) {
        return count === 1 ? _t("1 line") : _t("%s lines", count);
    }

    better({ more, less, saving }) {
        return _t("Order %(more)s instead of %(less)s and pay %(saving)s less", {
            more: this.number(more),
            less: this.number(less),
            saving: this.money(saving),
        });
    }
}
