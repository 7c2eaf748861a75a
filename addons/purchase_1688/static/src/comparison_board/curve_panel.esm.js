import { Component, onWillDestroy, useEffect, useRef, useState } from "@odoo/owl";
import { KeepLast } from "@web/core/utils/concurrency";
import { _t } from "@web/core/l10n/translation";
import { cookie } from "@web/core/browser/cookie";
import { getColor } from "@web/core/colors/colors";
import { loadBundle } from "@web/core/assets";
import { useService } from "@web/core/utils/hooks";

const MODEL = "purchase.1688.comparison";

/** Unit cost over quantity, a line for each source: where the winner changes, and where more costs less. */
export class CurvePanel extends Component {
    static template = "purchase_1688.CurvePanel";
    static props = { comparisonId: Number, line: Object, words: Object, canChoose: Boolean, take: Function, close: Function };

    setup() {
        this.orm = useService("orm");
        this.canvas = useRef("canvas");
        this.last = new KeepLast();
        this.state = useState({ key: "", curve: null });
        // The board does not wait for the chart: whoever walks down the lines is not held up.
        useEffect(
            (key) => {
                this.load(key);
            },
            () => [this.key]
        );
        useEffect(
            () => this.draw(),
            () => [this.curve, this.props.line.chosen]
        );
        onWillDestroy(() => this.chart?.destroy());
    }

    /** A new answer or another quantity makes another curve. */
    get key() {
        const { id, qty, order, cells } = this.props.line;
        const totals = Object.values(cells).flatMap((quotes) => quotes.map((quote) => quote.total));
        return JSON.stringify([id, qty, order, totals]);
    }

    async load(key) {
        const { comparisonId, line } = this.props;
        const [curve] = await this.last.add(
            Promise.all([
                this.orm.silent.call(MODEL, "get_curve", [[comparisonId], line.id]),
                loadBundle("web.chartjs_lib"),
            ])
        );
        Object.assign(this.state, { key, curve });
    }

    /** The curve of the line that is shown, once it is there. */
    get curve() {
        return this.state.key === this.key ? this.state.curve : null;
    }

    get winners() {
        const names = Object.fromEntries(this.curve.sources.map((source) => [source.quote_id, source.seller]));
        return this.curve.spans.map((span) => ({ ...span, seller: names[span.quote_id], label: this.spanText(span) }));
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

    /** Sources of which is known what a unit costs, at any of the quantities. */
    get drawn() {
        return this.curve.sources.filter((source) => source.unit_costs.some(Number.isFinite));
    }

    /** Why nothing at all is drawn. */
    get nothingText() {
        return this.curve.spans.every((span) => span.nobody === "stock")
            ? _t("Nothing to draw: nobody has so many in stock.")
            : _t("Nothing to draw: it is not known what one of these costs.");
    }

    /** Why sources have no line, and which: one may lack both. */
    get undrawn() {
        const quotes = Object.values(this.props.line.cells).flat();
        const short = [];
        const freight = [];
        for (const source of this.curve.sources.filter((one) => !this.drawn.includes(one))) {
            const quote = quotes.find((one) => one.id === source.quote_id);
            if (quote?.short) {
                short.push(source.seller);
            }
            if (!quote?.short || !quote.freight_known) {
                freight.push(source.seller);
            }
        }
        return [
            freight.length && _t("Not drawn, as the freight is not known: %s", freight),
            short.length && _t("Not drawn, as the stock is short: %s", short),
        ].filter(Boolean);
    }

    isAsked({ first, last }) {
        const { asked } = this.curve;
        return first <= asked && (last === false || asked <= last);
    }

    get betterText() {
        const { asked, better } = this.curve;
        return this.props.words.better({ more: better.qty, less: asked, saving: better.saving });
    }

    // --- drawing

    draw() {
        this.chart?.destroy();
        this.chart = null;
        const { curve } = this;
        if (!this.canvas.el || !curve) {
            return;
        }
        const style = getComputedStyle(this.canvas.el);
        this.chart = new Chart(this.canvas.el, {
            type: "line",
            data: { datasets: this.drawn.map((source, index) => this.dataset(curve, source, index)) },
            options: this.options(style.color, style.getPropertyValue("--border-color")),
            plugins: [this.askedMark(curve, style.color)],
        });
    }

    dataset(curve, source, index) {
        const costs = source.unit_costs;
        const color = getColor(index, cookie.get("color_scheme"), this.drawn.length);
        return {
            label: source.seller,
            // A point without a cost is a gap: the line must not run through what nobody can say.
            data: curve.quantities.map((x, i) => ({ x, y: Number.isFinite(costs[i]) ? costs[i] : null })),
            borderColor: color,
            backgroundColor: color,
            borderWidth: source.quote_id === this.props.line.chosen ? 3 : 1.5,
            // Between two gaps there is no line to be seen.
            pointRadius: costs.map((_cost, i) => (Number.isFinite(costs[i - 1] || costs[i + 1]) ? 0 : 3)),
            pointHitRadius: 8,
        };
    }

    options(color, gridColor) {
        const { words } = this.props;
        const axis = (text, callback) => ({
            title: { display: true, text, color },
            ticks: { callback, color },
            grid: { color: gridColor },
        });
        return {
            animation: false,
            maintainAspectRatio: false,
            interaction: { mode: "index", axis: "x", intersect: false },
            scales: {
                x: { type: "linear", ...axis(_t("Quantity"), (value) => words.number(value)) },
                y: axis(_t("Landed cost of one"), (value) => words.unitCost(value)),
            },
            plugins: {
                legend: {
                    position: this.env.isSmall ? "bottom" : "right",
                    labels: { color, boxWidth: 18, boxHeight: 2 },
                },
                tooltip: {
                    callbacks: {
                        title: ([item]) => words.number(item.parsed.x),
                        label: (item) => `${item.dataset.label}: ${words.unitCost(item.parsed.y)}`,
                    },
                },
            },
        };
    }

    /** A dashed line where the asked quantity is. */
    askedMark({ asked }, color) {
        return {
            id: "asked",
            afterDatasetsDraw: ({ ctx, chartArea, scales }) => {
                const x = scales.x.getPixelForValue(asked);
                ctx.save();
                ctx.strokeStyle = ctx.fillStyle = color;
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
