import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";

const NOTHING = 0.004;

/** The four plans side by side, what is chosen now, and how far it is from the cheapest. */
export class PlansBar extends Component {
    static template = "purchase_1688.PlansBar";
    static props = {
        plan: Object,
        plans: Array,
        solving: Boolean,
        lines: Number,
        canChoose: Boolean,
        words: Object,
        choose: Function,
    };

    /** Without plans there is only what is chosen; a choice that is none of them stands beside them. */
    get mixed() {
        return this.props.plan.covered > 0 && !this.props.plan.kinds.length;
    }

    get difference() {
        const { difference } = this.props.plan;
        return Math.abs(difference) > NOTHING ? difference : 0;
    }

    isChosen(plan) {
        return this.props.plan.kinds.includes(plan.kind);
    }

    differs(plan) {
        return plan.difference > NOTHING;
    }

    parcelsText(parcels) {
        return parcels === 1 ? _t("1 parcel") : _t("%s parcels", parcels);
    }

    proofText(plan) {
        if (plan.proven) {
            return _t("Proven: nothing cheaper of this kind exists.");
        }
        return plan.gap === false
            ? _t("There was no time for a proof: there may be a better plan of this kind.")
            : _t("There was no time for a proof: it may be too dear by %s at most.", this.props.words.money(plan.gap));
    }
}
