import { Component, onWillDestroy, onWillStart, onWillUpdateProps, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";
import { useService } from "@web/core/utils/hooks";
import { useNews } from "../news/news.esm";

const MODEL = "purchase.1688.sourcing";
const BUS_EVENT = "purchase_1688/sourcing";
// Milliseconds: how often to look while it runs, should the bus be silent; how often the clock moves and the list follows.
const LOOK_EVERY = 5000;
const TICK_EVERY = 1000;
const LIST_EVERY = 2500;

/** How far a run is, live: a bar, the time that is left, and how hundreds became ten. */
export class SourcingProgress extends Component {
    static template = "purchase_1688.SourcingProgress";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.state = useState({ progress: null, since: 0 });
        useNews(BUS_EVENT, () => this.id, (news) => this.show(news));
        onWillStart(() => this.look(this.props.record));
        onWillUpdateProps((next) => this.follow(next.record));
        const clock = setInterval(() => this.tick(), TICK_EVERY);
        onWillDestroy(() => clearInterval(clock));
    }

    get id() {
        return this.props.record.resId;
    }

    get running() {
        return this.state.progress?.state === "running";
    }

    /** The form shows another state than we know of: somebody pressed a button. */
    async follow(record) {
        const progress = this.state.progress;
        const changed = progress?.id !== record.resId || progress?.state !== record.data.state;
        if (changed || record.data.found_count !== progress?.found) {
            await this.look(record);
        }
    }

    async look(record) {
        if (record.resId) {
            this.state.progress = await this.orm.call(MODEL, "get_progress", [[record.resId]]);
            this.state.since = 0;
            this.looked = Date.now();
        }
    }

    async show(progress) {
        this.state.progress = progress;
        this.state.since = 0;
        this.looked = Date.now();
        await this.refresh(progress.state !== "running");
    }

    /** Let the lists follow; what the buyer is typing is not taken from him. */
    async refresh(over) {
        const now = Date.now();
        if (!over && now - (this.refreshed || 0) < LIST_EVERY) {
            return;
        }
        this.refreshed = now;
        const { record } = this.props;
        if (!(await record.isDirty())) {
            await record.load();
        }
    }

    async tick() {
        if (!this.running) {
            return;
        }
        this.state.since += TICK_EVERY / 1000;
        if (Date.now() - this.looked > LOOK_EVERY) {
            this.looked = Date.now();
            const progress = await this.orm.silent.call(MODEL, "get_progress", [[this.id]]);
            await this.show(progress);
        }
    }

    // --- what is shown

    get share() {
        const { found, wanted, to_read: left, state, enrich } = this.state.progress;
        if (state === "done") {
            return 100;
        }
        const finding = Math.min(found / wanted, 1);
        const reading = found ? 1 - left / found : 0;
        return Math.round(100 * (enrich ? 0.1 * finding + 0.9 * finding * reading : finding));
    }

    get words() {
        const { state, found, wanted, detailed, calls, enrich } = this.state.progress;
        const done = enrich
            ? _t("%(found)s of %(wanted)s found, %(detailed)s read in detail", { found, wanted, detailed })
            : _t("%(found)s of %(wanted)s found", { found, wanted });
        return state === "draft" ? "" : _t("%(done)s · calls: %(calls)s", { done, calls });
    }

    get time() {
        const { progress, since } = this.state;
        if (progress.state !== "running") {
            return _t("took %s", this.clockText(progress.seconds));
        }
        const left = Math.max(progress.seconds_left - since, 0);
        const waits = Math.max(progress.waits - since, 0);
        if (waits > 1) {
            return _t("about %(left)s left; the call budget has room again in %(waits)s", {
                left: this.clockText(Math.max(left, waits)),
                waits: this.clockText(waits),
            });
        }
        return _t("about %s left", this.clockText(left));
    }

    clockText(seconds) {
        const whole = Math.max(Math.round(seconds), 1);
        return whole < 60 ? _t("%s s", whole) : _t("%(minutes)s min %(seconds)s s", { minutes: Math.floor(whole / 60), seconds: whole % 60 });
    }

    /** Bars from what was found to what is proposed; each as wide as its share. */
    get funnel() {
        const { found, counts, to_read: left } = this.state.progress;
        const wide = (count) => (found ? Math.max((100 * count) / found, count ? 1 : 0) : 0);
        const single = found - counts.duplicate - counts.blocked;
        return [
            { key: "found", label: _t("Found"), count: found, width: wide(found), tone: "primary", less: [] },
            {
                key: "single",
                label: _t("without duplicates"),
                count: single,
                width: wide(single),
                tone: "info",
                less: [
                    counts.duplicate && _t("%s duplicates", counts.duplicate),
                    counts.blocked && _t("%s never again", counts.blocked),
                ].filter((text) => text),
            },
            {
                key: "good",
                label: _t("within the limits"),
                count: counts.ready,
                width: wide(counts.ready),
                tone: "success",
                less: counts.excluded ? [_t("%s left out", counts.excluded)] : [],
                more: left && _t("%s still to be read", left),
            },
            { key: "listed", label: _t("Short list"), count: counts.listed, width: wide(counts.listed), tone: "warning", less: [] },
        ];
    }
}

registry.category("view_widgets").add("purchase_1688_sourcing_progress", { component: SourcingProgress });
