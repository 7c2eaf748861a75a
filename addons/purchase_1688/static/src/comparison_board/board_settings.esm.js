import { Component, onWillUpdateProps, useState } from "@odoo/owl";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { _t } from "@web/core/l10n/translation";
import { useDebounced } from "@web/core/utils/timing";

const LABELS = { cost: _t("Cost"), days: _t("Days"), score: _t("Rating") };
// Milliseconds that a weight rests before it is saved.
const REST = 300;

/** What counts for who looks when sources are sorted, and within which limits the plans stay. */
export class BoardSettings extends Component {
    static template = "purchase_1688.BoardSettings";
    static components = { Dropdown };
    static props = { weights: Object, limits: Object, sellers: Array, canLimit: Boolean, setWeights: Function, setLimits: Function };

    setup() {
        this.weights = useState({ ...this.props.weights });
        this.moving = false;
        this.save = useDebounced(() => {
            this.moving = false;
            return this.props.setWeights({ ...this.weights });
        }, REST);
        onWillUpdateProps(({ weights }) => {
            // What comes in between must not move the slider under the finger.
            if (!this.moving) {
                Object.assign(this.weights, weights);
            }
        });
    }

    get rows() {
        return Object.entries(this.weights).map(([name, value]) => ({ name, value, label: LABELS[name] }));
    }

    get summary() {
        const used = this.rows.filter((weight) => weight.value);
        const all = used.reduce((sum, weight) => sum + weight.value, 0);
        return used.map((weight) => `${weight.label} ${Math.round((100 * weight.value) / all)} %`).join(" · ");
    }

    /** How many limits there are. */
    get limited() {
        const { max_parcels, excluded, caps } = this.props.limits;
        return Number(max_parcels > 0) + excluded.length + caps.length;
    }

    onWeight(name, ev) {
        this.moving = true;
        this.weights[name] = Number(ev.target.value);
        this.save();
    }

    onParcels(ev) {
        const parcels = Math.max(0, Math.trunc(Number(ev.target.value)) || 0);
        ev.target.value = parcels;
        return this.props.setLimits({ ...this.props.limits, max_parcels: parcels });
    }

    isExcluded(seller) {
        return this.props.limits.excluded.includes(seller.id);
    }

    onExclude(seller, ev) {
        const others = this.props.limits.excluded.filter((id) => id !== seller.id);
        return this.props.setLimits({ ...this.props.limits, excluded: ev.target.checked ? others : [...others, seller.id] });
    }

    /** What a seller may get at most; 0 is no limit. */
    cap(seller) {
        return this.props.limits.caps.find((cap) => cap.seller === seller.id) || { seller: seller.id, amount: 0, lines: 0 };
    }

    onCap(seller, name, ev) {
        const value = Math.max(0, Number(ev.target.value) || 0);
        const cap = { ...this.cap(seller), [name]: name === "lines" ? Math.trunc(value) : value };
        const others = this.props.limits.caps.filter((other) => other.seller !== seller.id);
        ev.target.value = cap[name] || "";
        return this.props.setLimits({ ...this.props.limits, caps: [...others, cap] });
    }
}
