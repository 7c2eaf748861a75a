import { Component, onWillStart, onWillUpdateProps, useEffect, useRef, useState } from "@odoo/owl";
import { loadBundle } from "@web/core/assets";
import { getColor } from "@web/core/colors/colors";
import { cookie } from "@web/core/browser/cookie";
import { deserializeDateTime, formatDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { formatMonetary } from "@web/views/fields/formatters";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";
import { Stars } from "../stars/stars.esm";

/** The seller card: rating with its parts, trend, decisions, papers and offers. */
export class SellerCard extends Component {
    static template = "purchase_1688.SellerCard";
    static components = { Stars };
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({ card: null, part: "", busy: false });
        this.canvas = useRef("canvas");
        onWillStart(() => Promise.all([loadBundle("web.chartjs_lib"), this.load(this.props.record.resId)]));
        onWillUpdateProps((next) => next.record.resId !== this.shown && this.load(next.record.resId));
        useEffect(
            () => this.draw(),
            () => [this.state.card, this.state.part]
        );
    }

    async load(id) {
        this.shown = id;
        this.state.card = id ? await this.orm.call("res.partner", "get_seller_card", [[id]]) : null;
    }

    // --- what is shown

    get card() {
        return this.state.card;
    }

    get stateClass() {
        return {
            preferred: "text-bg-success",
            usable: "text-bg-info",
            excluded: "text-bg-danger",
            overridden: "text-bg-warning",
            unrated: "text-bg-secondary",
        }[this.card.state];
    }

    get stateSentence() {
        const floors = this.card.floors;
        return {
            preferred: _t("At or above the floor of %s for preferred sellers.", floors.preferred.toFixed(1)),
            usable: _t("Above the floor of %s; preferred sellers start at %s.", floors.excluded.toFixed(1), floors.preferred.toFixed(1)),
            excluded: _t("Not chosen automatically. A person can choose it with a reason."),
            overridden: _t("Chosen automatically by a manager's decision."),
            unrated: _t("Nothing is known yet. The seller can be chosen; it is rated tonight."),
        }[this.card.state];
    }

    get trendTitle() {
        const part = this.card.parts.find((part) => part.code === this.state.part);
        return part ? part.label : _t("Rating");
    }

    barClass(value) {
        const floors = this.card.floors;
        return value < floors.excluded ? "bg-danger" : value >= floors.preferred ? "bg-success" : "bg-warning";
    }

    width(value) {
        return `width: ${(value * 20).toFixed(1)}%`;
    }

    left(value) {
        return `left: ${(value * 20).toFixed(1)}%`;
    }

    percent(share) {
        return `${Math.round(share * 100)} %`;
    }

    money(value) {
        return formatMonetary(value, { currencyId: this.card.currency_id });
    }

    ago(moment) {
        return moment ? deserializeDateTime(moment).toRelative() : "";
    }

    exact(moment) {
        return moment ? formatDateTime(deserializeDateTime(moment)) : "";
    }

    partTitle(part) {
        const told = part.told ? _t("Platform: %s", part.platform.toFixed(2)) : _t("The platform tells nothing of the kind; its other figures stand in: %s", part.platform.toFixed(2));
        const own = part.own === false ? _t("No observation of ours yet.") : _t("Ours alone: %s from %s observations.", part.own.toFixed(2), part.samples);
        return `${part.explanation}\n${part.observed ? own : ""}\n${told}`;
    }

    // --- what is done

    choosePart(code) {
        this.state.part = this.state.part === code ? "" : code;
    }

    async run(method) {
        const result = await this.orm.call("res.partner", method, [[this.card.id]]);
        if (result && result.type) {
            this.action.doAction(result, { onClose: () => this.reload() });
        } else {
            await this.reload();
        }
    }

    async reload() {
        await this.props.record.load();
        await this.load(this.props.record.resId);
    }

    async rate() {
        this.state.busy = true;
        try {
            await this.run("action_ali1688_rate");
        } finally {
            this.state.busy = false;
        }
    }

    open(model, id) {
        this.action.doAction({ type: "ir.actions.act_window", res_model: model, res_id: id, views: [[false, "form"]] });
    }

    // --- the chart

    draw() {
        if (!this.canvas.el || !this.card) {
            return;
        }
        const scheme = cookie.get("color_scheme");
        const months = this.card.trend;
        const part = this.state.part;
        const values = months.map((month) => (part ? month.parts[part] ?? null : month.value));
        const floor = (value, label, color) => ({
            label,
            data: months.map(() => value),
            borderColor: color,
            borderDash: [4, 4],
            borderWidth: 1,
            pointRadius: 0,
        });
        const chart = new Chart(this.canvas.el, {
            type: "line",
            data: {
                labels: months.map((month) => month.label),
                datasets: [
                    {
                        label: this.trendTitle,
                        data: values,
                        borderColor: getColor(0, scheme),
                        backgroundColor: getColor(0, scheme),
                        tension: 0.2,
                        spanGaps: true,
                    },
                    floor(this.card.floors.preferred, _t("Preferred from"), "#2e8b57"),
                    floor(this.card.floors.excluded, _t("Excluded below"), "#c0392b"),
                ],
            },
            options: {
                maintainAspectRatio: false,
                animation: false,
                interaction: { mode: "index", intersect: false },
                scales: { y: { suggestedMin: 2, max: 5, ticks: { stepSize: 1 } } },
                plugins: { legend: { display: false } },
            },
        });
        return () => chart.destroy();
    }
}

registry.category("view_widgets").add("purchase_1688_seller_card", { component: SellerCard });
