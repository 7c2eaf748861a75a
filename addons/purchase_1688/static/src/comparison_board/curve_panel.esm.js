import { Component, onWillStart, onWillUnmount, onWillUpdateProps, useEffect, useRef, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { loadBundle } from "@web/core/assets";
import { getColor } from "@web/core/colors/colors";
import { cookie } from "@web/core/browser/cookie";
import { useService } from "@web/core/utils/hooks";

const MODEL = "purchase.1688.comparison";

/** Unit cost over quantity, a line for each source: where the winner changes, and where more costs less. */
export class CurvePanel extends Component {
    static template = "purchase_1688.CurvePanel";
    static props = { comparisonId: Number, line: Object, words: Object, canChoose: Boolean, take: Function, close: Function };

    setup() {
        this.orm = useService("orm");
        this.canvas = useRef("canvas");
        this.state = useState({ curve: null });
        onWillStart(() => Promise.all([loadBundle("web.chartjs_lib"), this.load(this.props)]));
        onWillUpdateProps((props) => this.load(props));
        useEffect(
            () => this.draw(),
            () => [this.state.curve]
        );
        onWillUnmount(() => this.chart?.destroy());
    }

    async load({ comparisonId, line }) {
        // A new answer or another quantity makes another curve.
        const key = JSON.stringify([line.id, line.qty, line.order]);
        if (key !== this.key) {
            this.key = key;
            const curve = await this.orm.call(MODEL, "get_curve", [[comparisonId], line.id]);
            if (key === this.key) {
                this.state.curve = curve;
            }
        }
    }

    get winners() {
        const { spans, sources } = this.state.curve;
        const names = Object.fromEntries(sources.map((source) => [source.quote_id, source.seller]));
        return spans.map((span) => ({ ...span, seller: names[span.quote_id], label: this.spanText(span) }));
    }

    spanText({ first, last }) {
        const { words } = this.props;
        if (first === last) {
            return words.number(first);
        }
        return last === false
            ? _t("from %s", words.number(first))
            : _t("%(first)s to %(last)s", { first: words.number(first), last: words.number(last) });
    }

    isAsked({ first, last }) {
        const { asked } = this.state.curve;
        return first <= asked && (last === false || asked <= last);
    }

    get betterText() {
        const { better } = this.state.curve;
        const { words } = this.props;
        return _t("Order %(more)s instead of %(less)s and pay %(saving)s less", {
            more: words.number(better.qty),
            less: words.number(better.instead_of),
            saving: words.money(better.saving),
        });
    }

    draw() {
        this.chart?.destroy();
        const { curve } = this.state;
        if (!this.canvas.el || !curve?.sources.length) {
            return;
        }
        this.chart = new Chart(this.canvas.el, {
            type: "line",
            data: { datasets: curve.sources.map((source, index) => this.dataset(source, index)) },
            options: this.options(),
            plugins: [this.askedMark(curve)],
        });
    }

    dataset(source, index) {
        const color = getColor(index, cookie.get("color_scheme"), this.state.curve.sources.length);
        const points = this.state.curve.quantities.map((x, i) => ({ x, y: source.unit_costs[i] }));
        return {
            label: source.seller,
            data: points.filter((point) => point.y !== false && point.y !== null),
            borderColor: color,
            backgroundColor: color,
            borderWidth: source.quote_id === this.props.line.chosen ? 3 : 1.5,
            pointRadius: 0,
            pointHitRadius: 8,
        };
    }

    options() {
        const { words } = this.props;
        const title = (text) => ({ display: true, text });
        return {
            animation: false,
            maintainAspectRatio: false,
            interaction: { mode: "index", axis: "x", intersect: false },
            scales: {
                x: { type: "linear", title: title(_t("Quantity")), ticks: { callback: (value) => words.number(value) } },
                y: { title: title(_t("Landed cost of one")), ticks: { callback: (value) => words.money(value) } },
            },
            plugins: {
                legend: { position: "right" },
                tooltip: {
                    callbacks: {
                        title: ([item]) => words.number(item.parsed.x),
                        label: (item) => `${item.dataset.label}: ${words.money(item.parsed.y)}`,
                    },
                },
            },
        };
    }

    /** A dashed line where the asked quantity is. */
    askedMark({ asked }) {
        return {
            id: "asked",
            afterDatasetsDraw: ({ ctx, chartArea, scales }) => {
                const x = scales.x.getPixelForValue(asked);
                ctx.save();
                ctx.strokeStyle = ctx.fillStyle = getComputedStyle(this.canvas.el).color;
                ctx.setLineDash([4, 4]);
                ctx.beginPath();
                ctx.moveTo(x, chartArea.top);
                ctx.lineTo(x, chartArea.bottom);
                ctx.stroke();
                ctx.fillText(`▲ ${this.props.words.number(asked)}`, x + 4, chartArea.bottom - 4);
                ctx.restore();
            },
        };
    }
}
