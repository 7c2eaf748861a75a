import {deserializeDateTime, formatDateTime} from "@web/core/l10n/dates";
import {Component} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

/**
 * Say how long ago a moment was, as people say it.
 *
 * @param {luxon.DateTime|String|false} moment a moment, or text as the server sends it
 * @returns {String} empty for no moment
 */
export function ago(moment) {
    const time = typeof moment === "string" && moment ? deserializeDateTime(moment) : moment;
    return time ? time.toRelative() : "";
}

/**
 * The exact moment, for those who hover.
 *
 * @param {luxon.DateTime|String|false} moment as for `ago`
 * @returns {String} empty for no moment
 */
export function exactly(moment) {
    const time = typeof moment === "string" && moment ? deserializeDateTime(moment) : moment;
    return time ? formatDateTime(time) : "";
}

export class AgoField extends Component {
    static template = "stock_1688_tracking.AgoField";
    static props = {...standardFieldProps};

    get value() {
        return this.props.record.data[this.props.name];
    }

    get text() {
        return ago(this.value);
    }

    get title() {
        return exactly(this.value);
    }
}

registry.category("fields").add("stock_1688_ago", {
    component: AgoField,
    displayName: _t("How long ago"),
    supportedTypes: ["datetime"],
});
