import { Component, onWillStart, onWillUpdateProps, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";
import { useService } from "@web/core/utils/hooks";

const MODEL = "purchase.1688.sourcing";
const CANDIDATE = "purchase.1688.sourcing.candidate";

/** Who is not on the list and why, by reason. */
export class SourcingLeftOut extends Component {
    static template = "purchase_1688.SourcingLeftOut";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({ groups: [] });
        onWillStart(() => this.load(this.props.record));
        onWillUpdateProps((next) => this.load(next.record));
    }

    async load(record) {
        const { found_count: found, ready_count: ready, state } = record.data;
        const seen = [record.resId, found, ready, state].join();
        if (record.resId && seen !== this.seen) {
            this.seen = seen;
            this.state.groups = await this.orm.call(MODEL, "get_left_out", [[record.resId]]);
        }
    }

    more(group) {
        return _t("and %s more", group.count - group.candidates.length);
    }

    async openAll(group) {
        const action = await this.orm.call(MODEL, "action_open_left_out", [[this.props.record.resId], group.state, group.code]);
        await this.action.doAction(action);
    }

    async open(candidate) {
        const action = await this.orm.call(CANDIDATE, "action_open_url", [[candidate.id]]);
        await this.action.doAction(action);
    }
}

registry.category("view_widgets").add("purchase_1688_sourcing_left_out", { component: SourcingLeftOut });
