import { _t } from "@web/core/l10n/translation";
import { deserializeDateTime, formatDateTime } from "@web/core/l10n/dates";
import { formatFloat } from "@web/core/utils/numbers";

const MINUTE = 60;
const HOUR = 60 * MINUTE;

/** How the board writes amounts, numbers and times; one for a board, since a board has one currency. */
export class BoardWords {
    constructor(currency) {
        this.currency = currency;
    }

    money(amount) {
        const text = this.digits(amount);
        const { symbol, position } = this.currency;
        return position === "before" ? `${symbol}\u00a0${text}` : `${text}\u00a0${symbol}`;
    }

    /** An amount with its sign, for differences. */
    change(amount) {
        return `${amount > 0 ? "+" : ""}${this.money(amount)}`;
    }

    digits(value) {
        return formatFloat(value, { digits: [16, 2] });
    }

    number(value) {
        return formatFloat(value, { digits: [16, 2], trailingZeros: false });
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

    days(days) {
        return _t("%s d", this.number(days));
    }
}
