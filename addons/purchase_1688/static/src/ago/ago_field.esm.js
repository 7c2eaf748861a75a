import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { formatDateTime } from "@web/core/l10n/dates";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** A time as how long ago it was, or how long until then; the exact time on hover. What is to come and overdue is due now. */
export class AgoField extends Component {
    static template = "purchase_1688.AgoField";
    static props = { ...standardFieldProps, isToCome: { type: Boolean, optional: true } };

    get value() {
        return this.props.record.data[this.props.name];
    }

    get ago() {
        if (this.props.isToCome && this.value && this.value < luxon.DateTime.now()) {
            return _t("now");
        }
        return this.value ? this.value.toRelative() : "";
    }

    get exact() {
        return this.value ? formatDateTime(this.value) : "";
    }
}

registry.category("fields").add("purchase_1688_ago", {
    component: AgoField,
    displayName: _t("How long ago"),
    supportedTypes: ["datetime"],
    listViewWidth: [110, 140],
    extractProps: ({ options }) => ({ isToCome: Boolean(options.to_come) }),
});
