import { Component, onWillDestroy, onWillStart, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";
import { useService } from "@web/core/utils/hooks";
import { useNews } from "../news/news.esm";

const MODEL = "purchase.1688.source.import";
const BUS_EVENT = "purchase_1688/source_import";
// Milliseconds: how often to look, should the bus be silent.
const LOOK_EVERY = 5000;

/** How many offers of a long list are read, live; the form goes on to the preview by itself. */
export class ImportProgress extends Component {
    static template = "purchase_1688.ImportProgress";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.state = useState({ progress: null });
        useNews(BUS_EVENT, () => this.props.record.resId, (news) => this.show(news));
        onWillStart(() => this.look());
        const clock = setInterval(() => this.look(), LOOK_EVERY);
        onWillDestroy(() => clearInterval(clock));
    }

    async look() {
        const { resId } = this.props.record;
        if (resId) {
            this.show(await this.orm.silent.call(MODEL, "get_progress", [[resId]]));
        }
    }

    show(progress) {
        this.state.progress = progress;
        if (progress.state !== this.props.record.data.state) {
            this.props.record.load();
        }
    }

    get share() {
        const { read, offers } = this.state.progress;
        return offers ? Math.round((100 * read) / offers) : 0;
    }

    get words() {
        const { read, offers, failed } = this.state.progress;
        return failed
            ? _t("%(read)s of %(offers)s offers read, %(failed)s of them not readable", { read, offers, failed })
            : _t("%(read)s of %(offers)s offers read", { read, offers });
    }
}

registry.category("view_widgets").add("purchase_1688_import_progress", { component: ImportProgress });
