import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** A rating from 0 to 5 as five stars, filled as far as it goes, with the number beside them. 0: not rated. */
export class Stars extends Component {
    static template = "purchase_1688.Stars";
    static props = { value: Number, big: { type: Boolean, optional: true } };

    get width() {
        return `width: ${Math.max(0, Math.min(100, this.props.value * 20)).toFixed(1)}%`;
    }

    get text() {
        return this.props.value.toFixed(2);
    }

    get label() {
        return _t("%s of 5", this.text);
    }
}

export class StarsField extends Component {
    static template = "purchase_1688.StarsField";
    static components = { Stars };
    static props = { ...standardFieldProps };

    get value() {
        return this.props.record.data[this.props.name] || 0;
    }
}

registry.category("fields").add("purchase_1688_stars", {
    component: StarsField,
    displayName: _t("Stars"),
    supportedTypes: ["float", "integer"],
    listViewWidth: [130, 150],
});
