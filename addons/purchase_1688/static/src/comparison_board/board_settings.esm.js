import { Component } from "@odoo/owl";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { _t } from "@web/core/l10n/translation";

const LABELS = { cost: _t("Cost"), days: _t("Days"), score: _t("Rating") };

/** What counts for who looks when sources are sorted, and within which limits the plans stay. */
export class BoardSettings extends Component {
    static template = "purchase_1688.BoardSettings";
    static components = { Dropdown };
    static props = { weights: Object, limits: Object, sellers: Array, canLimit: Boolean, setWeights: Function, setLimits: Function };

    get weights() {
        return Object.entries(this.props.weights).map(([name, value]) => ({ name, value, label: LABELS[name] }));
    }

    get summary() {
        const used = this.weights.filter((weight) => weight.value);
        const all = used.reduce((sum, weight) => sum + weight.value, 0);
        return used.map((weight) => `${weight.label} ${Math.round((100 * weight.value) / all)} %`).join(" · ");
    }

    get limited() {
        return this.props.limits.max_parcels + this.props.limits.excluded.length;
    }

    onWeight(name, ev) {
        return this.props.setWeights({ ...this.props.weights, [name]: Number(ev.target.value) });
    }

    onParcels(ev) {
        const parcels = Math.max(0, Math.trunc(Number(ev.target.value)) || 0);
        return this.props.setLimits({ ...this.props.limits, max_parcels: parcels });
    }

    isExcluded(seller) {
        return this.props.limits.excluded.includes(seller.id);
    }

    onExclude(seller, ev) {
        const others = this.props.limits.excluded.filter((id) => id !== seller.id);
        return this.props.setLimits({ ...this.props.limits, excluded: ev.target.checked ? others : [...others, seller.id] });
    }
}
