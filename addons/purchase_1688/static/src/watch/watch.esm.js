import { Component, onWillStart, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { formatInteger } from "@web/views/fields/formatters";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

const OFFERS = "purchase_1688.purchase_1688_offer_action";
const HISTORY = "purchase_1688.purchase_1688_price_action";
const LOAD = { warning: 0.8, full: 1 };

/** How mapped offers are kept fresh: is the share of the quota enough, who waits, what changed. */
export class Watch extends Component {
    static template = "purchase_1688.Watch";
    static components = { Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({ status: false, loading: false });
        onWillStart(() => this.load());
    }

    async load() {
        this.state.loading = true;
        this.state.status = await this.orm.call("purchase.1688.offer", "get_watch_status", []);
        this.state.loading = false;
    }

    get status() {
        return this.state.status;
    }

    get loadPercent() {
        return Math.round(this.status.load * 100);
    }

    get loadClass() {
        if (this.status.load >= LOAD.full) {
            return "bg-danger";
        }
        return this.status.load >= LOAD.warning ? "bg-warning" : "bg-success";
    }

    get sentence() {
        const { offers, load, late } = this.status;
        if (!offers) {
            return _t("Nothing is mapped yet: map a product to an offer, and it is kept fresh from then on.");
        }
        if (!this.status.connected) {
            return _t("The account is not connected, so nothing is looked at. An administrator connects it.");
        }
        if (load >= LOAD.full) {
            return _t("The quota does not carry all looks that are worth it. The most valuable go first; the others wait.");
        }
        if (late) {
            return _t("Some offers have not been seen for longer than a day. They are looked at first.");
        }
        return load >= LOAD.warning
            ? _t("The share of the quota is nearly used up. Ask 1688 for more calls before you map many more.")
            : _t("Everything is kept fresh.");
    }

    get shareSentence() {
        const { calls_per_minute, quota_per_minute, calls_last_minute, most_offers, bound_hours } = this.status;
        return _t(
            "The watch uses at most %(share)s of the account's %(quota)s calls a minute (%(used)s in the last one), so that comparisons and orders never wait for it. That keeps up to %(offers)s offers within %(hours)s hours.",
            {
                share: this.number(calls_per_minute),
                quota: this.number(quota_per_minute),
                used: this.number(calls_last_minute),
                offers: this.number(most_offers),
                hours: bound_hours,
            }
        );
    }

    get ageSentence() {
        return _t("95 of 100 offers were seen at most %s hours ago.", this.status.p95_hours);
    }

    get tiles() {
        const { status } = this;
        return [
            { label: _t("Kept fresh"), value: status.offers, filter: "watched" },
            { label: _t("Due now"), value: status.due, filter: "due" },
            { label: _t("Not seen for a day"), value: status.late, filter: "unseen", bad: status.late },
            { label: _t("Do not answer"), value: status.failing, filter: "failing", bad: status.failing },
            { label: _t("1688 reports changes"), value: status.followed },
            { label: _t("Oldest seen"), value: this.hours(status.oldest_hours) },
        ];
    }

    get changes() {
        const { changes } = this.status;
        return [
            { label: _t("Price up"), value: changes.up || 0, filter: "up", bad: true },
            { label: _t("Price down"), value: changes.down || 0, filter: "down" },
            { label: _t("Off the shelf or gone"), value: (changes.off || 0) + (changes.gone || 0), filter: "gone", bad: true },
            { label: _t("Out of stock"), value: changes.short || 0, filter: "short", bad: true },
        ];
    }

    number(value) {
        return formatInteger(value);
    }

    hours(hours) {
        return hours < 1 ? _t("%s min ago", Math.round(hours * 60)) : _t("%s h ago", Math.round(hours));
    }

    openOffers(filter) {
        if (filter) {
            this.open(OFFERS, filter, { viewType: "list" });
        }
    }

    openChanges(filter) {
        this.open(HISTORY, filter, {}, { search_default_week: 1 });
    }

    open(action, filter, options, context = {}) {
        return this.action.doAction(action, {
            ...options,
            additionalContext: { [`search_default_${filter}`]: 1, ...context },
        });
    }
}

registry.category("actions").add("purchase_1688.watch", Watch);
