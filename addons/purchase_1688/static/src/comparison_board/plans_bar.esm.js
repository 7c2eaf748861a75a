import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";

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

    isChosen(plan) {
        return this.props.plan.kinds.includes(plan.kind);
    }

    differs({ difference }) {
        return !this.props.words.isNothing(difference);
    }

    covered(plan) {
        return Object.keys(plan.choice).length;
    }

    coverText(count) {
        const { lines } = this.props;
        return count < lines ? _t("%(count)s of %(lines)s lines", { count, lines }) : "";
    }

    differenceText({ difference }) {
        const { words } = this.props;
        return difference < 0
            ? _t("%s less than the proposed plan", words.money(-difference))
            : _t("%s against the cheapest", words.change(difference));
    }

    /** What is missing in the total may make any other plan the cheaper one. */
    isProven(plan) {
        return plan.proven && plan.freight_known;
    }

    proofText(plan) {
        if (!plan.freight_known) {
            return _t("The freight of some sellers is not known and not in the total: another plan may be cheaper.");
        }
        if (plan.proven) {
            return _t("Proven: nothing cheaper of this kind exists.");
        }
        return plan.gap === false
            ? _t("There was no time for a proof: there may be a better plan of this kind.")
            : _t("There was no time for a proof: it may be too dear by %s at most.", this.props.words.money(plan.gap));
    }
}
