import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { formatFloat } from "@web/core/utils/numbers";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

const EDGE = 3;

/**
 * A row of numbers as a small step line: each holds until the next. The last one is marked, red where it is above the
 * one before, green where it is below (prices: dearer is bad news).
 */
export class Sparkline extends Component {
    static template = "purchase_1688.Sparkline";
    static props = {
        values: { type: Array, element: Number },
        width: { type: Number, optional: true },
        height: { type: Number, optional: true },
        title: { type: String, optional: true },
    };
    static defaultProps = { width: 90, height: 22 };

    get points() {
        const { values, width, height } = this.props;
        const low = Math.min(...values);
        const span = Math.max(...values) - low;
        const step = (width - 2 * EDGE) / Math.max(values.length - 1, 1);
        return values.map((value, index) => ({
            x: EDGE + index * step,
            y: span ? height - EDGE - ((value - low) / span) * (height - 2 * EDGE) : height / 2,
        }));
    }

    get path() {
        const [first, ...rest] = this.points;
        const end = rest.length ? "" : `H${this.props.width - EDGE}`;
        return `M${first.x},${first.y}${rest.map(({ x, y }) => `H${x}V${y}`).join("")}${end}`;
    }

    get last() {
        const { points } = this;
        return points.length > 1 ? points.at(-1) : { x: this.props.width - EDGE, y: points[0].y };
    }

    get direction() {
        const [before, now] = this.props.values.slice(-2);
        if (now === undefined || now === before) {
            return "same";
        }
        return now > before ? "up" : "down";
    }

    get title() {
        if (this.props.title) {
            return this.props.title;
        }
        const values = this.props.values;
        return values.length > 1
            ? _t("%(first)s → %(last)s, lowest %(low)s, highest %(high)s", {
                  first: formatFloat(values[0]),
                  last: formatFloat(values.at(-1)),
                  low: formatFloat(Math.min(...values)),
                  high: formatFloat(Math.max(...values)),
              })
            : _t("%s, never changed", formatFloat(values[0]));
    }
}

/** A field that holds a list of numbers, oldest first. */
export class SparklineField extends Component {
    static template = "purchase_1688.SparklineField";
    static components = { Sparkline };
    static props = {
        ...standardFieldProps,
        width: { type: Number, optional: true },
        height: { type: Number, optional: true },
    };

    get values() {
        const value = this.props.record.data[this.props.name];
        return Array.isArray(value) ? value : [];
    }
}

registry.category("fields").add("purchase_1688_sparkline", {
    component: SparklineField,
    displayName: _t("Sparkline"),
    supportedTypes: ["json"],
    extractProps: ({ options }) => ({ width: options.width || 90, height: options.height || 22 }),
    listViewWidth: [100, 120],
});
