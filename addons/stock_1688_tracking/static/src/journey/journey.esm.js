import {Component, useState} from "@odoo/owl";
import {ago, exactly} from "./ago.esm";
import {deserializeDate, formatDate} from "@web/core/l10n/dates";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

/** The scans of one parcel, newest first. */
export class Timeline extends Component {
    static template = "stock_1688_tracking.Timeline";
    static props = {parcel: Object};

    ago(moment) {
        return ago(moment);
    }

    exactly(moment) {
        return exactly(moment);
    }
}

/** A strip of parcels, each a line of stages; a click on one shows its scans. */
export class Journey extends Component {
    static template = "stock_1688_tracking.Journey";
    static components = {Timeline};
    static props = {parcels: Array};

    setup() {
        this.state = useState({opened: null});
    }

    toggle(parcel) {
        this.state.opened = this.state.opened === parcel.id ? null : parcel.id;
    }

    ago(moment) {
        return ago(moment);
    }

    exactly(moment) {
        return exactly(moment);
    }

    day(date) {
        return formatDate(deserializeDate(date));
    }

    /**
     * How old the news of the parcel is, in words.
     *
     * @param {Object} parcel as described by the server
     * @returns {String} a sentence
     */
    news(parcel) {
        if (!parcel.looked_at) {
            return _t("1688 was not asked yet");
        }
        return _t("news read %s", ago(parcel.looked_at));
    }
}

export class JourneyField extends Component {
    static template = "stock_1688_tracking.JourneyField";
    static components = {Journey};
    static props = {...standardFieldProps};

    get parcels() {
        return this.props.record.data[this.props.name] || [];
    }
}

export class TimelineField extends Component {
    static template = "stock_1688_tracking.TimelineField";
    static components = {Timeline};
    static props = {...standardFieldProps};

    get parcel() {
        return this.props.record.data[this.props.name];
    }
}

registry.category("fields").add("stock_1688_journey", {
    component: JourneyField,
    displayName: _t("Journey of parcels"),
    supportedTypes: ["json"],
});

registry.category("fields").add("stock_1688_timeline", {
    component: TimelineField,
    displayName: _t("Timeline of a parcel"),
    supportedTypes: ["json"],
});
