import { Component, onWillStart, onWillUnmount, useExternalListener, useState } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { Layout } from "@web/search/layout";
import { _t } from "@web/core/l10n/translation";
import { formatFloat } from "@web/core/utils/numbers";
import { registry } from "@web/core/registry";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { useService } from "@web/core/utils/hooks";

const MODEL = "purchase.1688.order";
// Milliseconds between two looks at orders that are on their way.
const LOOK_EVERY = 1500;
const CHECKING = ["draft"];
const RUNNING = ["approved", "placing", "placed"];
const STUCK = ["blocked", "unknown"];
const PICTURES = 4;

/** The message to the seller, edited in a dialog; nothing is saved when it is closed otherwise. */
export class MessageDialog extends Component {
    static template = "purchase_1688.OrderConfirmMessage";
    static components = { Dialog };
    static props = { message: String, save: Function, close: Function };

    setup() {
        this.state = useState({ message: this.props.message });
    }

    get left() {
        return 500 - this.state.message.length;
    }

    async save() {
        await this.props.save(this.state.message);
        this.props.close();
    }
}

/** One or two hundred orders in one screen: what will be bought from whom, what changed, and one button. */
export class OrderConfirm extends Component {
    static template = "purchase_1688.OrderConfirm";
    static components = { Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.dialog = useService("dialog");
        this.notification = useService("notification");
        const context = this.props.action.context || {};
        const params = this.props.action.params || {};
        this.ids = context.ali1688_order_ids || params.order_ids || null;
        this.pictures = PICTURES;
        this.state = useState({
            orders: [],
            user: {},
            currency: {},
            picked: {},
            opened: {},
            refused: {},
            run: null,
            busy: false,
            payAfter: true,
            at: 0,
        });
        onWillStart(() => this.load(true));
        onWillUnmount(() => clearTimeout(this.timer));
        useExternalListener(window, "keydown", (ev) => this.onKeydown(ev));
    }

    // --- what is shown

    get total() {
        return this.picked.reduce((sum, order) => sum + order.total, 0);
    }

    get picked() {
        return this.state.orders.filter((order) => this.state.picked[order.id] && this.isReady(order));
    }

    get ready() {
        return this.state.orders.filter((order) => this.isReady(order));
    }

    get allPicked() {
        return this.ready.length > 0 && this.picked.length === this.ready.length;
    }

    get sellerCount() {
        return new Set(this.state.orders.map((order) => order.seller_id)).size;
    }

    get summary() {
        const changed = this.state.orders.filter((order) => this.isChanged(order)).length;
        const over = this.state.orders.filter((order) => order.state === "prepared" && order.over_limit).length;
        const stuck = this.state.orders.filter((order) => STUCK.includes(order.state)).length;
        const checking = this.state.orders.filter((order) => CHECKING.includes(order.state)).length;
        return { changed, over, stuck, checking };
    }

    /** Orders that cost less than quoted, and by how much in all. */
    get saving() {
        const cheaper = this.state.orders.filter(
            (order) => order.state === "prepared" && order.changes.length && !order.dearer
        );
        return { count: cheaper.length, total: cheaper.reduce((sum, order) => sum + this.changeTotal(order), 0) };
    }

    get changedTotal() {
        const changed = this.state.orders.filter((order) => this.isChanged(order));
        return changed.reduce((sum, order) => sum + this.changeTotal(order), 0);
    }

    /** Of those picked: how many go out at once, and how many need somebody else first. */
    get split() {
        const asking = this.picked.filter((order) => this.needsSecond(order)).length;
        return { asking, placing: this.picked.length - asking };
    }

    get buttonLabel() {
        const total = `${this.money(this.total)} ${this.state.currency.name}`;
        const { asking, placing } = this.split;
        if (asking && !placing) {
            return _t("Ask for approval of %(count)s orders, %(total)s", { count: asking, total });
        }
        return placing + asking === 1
            ? _t("Place 1 order, %(total)s", { total })
            : _t("Place %(count)s orders, %(total)s", { count: placing + asking, total });
    }

    /** Progress of what this person sent off; also right after coming back to the page. */
    get progress() {
        const sent = this.state.orders.filter((order) => this.state.run.ids.includes(order.id));
        const done = sent.filter((order) => order.remote_id).length;
        const stuck = sent.filter((order) => STUCK.includes(order.state) && !order.remote_id).length;
        const left = sent.length - done - stuck;
        const spent = (this.state.at - this.state.run.started) / 1000;
        const rest = done ? Math.ceil((spent / done) * left) : null;
        return { all: sent.length, done, stuck, left, rest, percent: Math.round((100 * (done + stuck)) / (sent.length || 1)) };
    }

    isReady(order) {
        return order.state === "prepared" && !order.stale && !this.isChanged(order) && this.mayConfirm(order);
    }

    isChanged(order) {
        return order.state === "prepared" && order.dearer && !order.changes_accepted;
    }

    isRunning(order) {
        return RUNNING.includes(order.state);
    }

    isStuck(order) {
        return STUCK.includes(order.state);
    }

    canDrop(order) {
        return this.state.user.can_buy && !order.remote_id && ["draft", "prepared", "blocked"].includes(order.state);
    }

    /** Over the limit, and not for this person to approve. */
    needsSecond(order) {
        return order.over_limit && !(this.state.user.can_approve && !order.own);
    }

    mayConfirm(order) {
        if (order.over_limit && order.asked_by && this.needsSecond(order)) {
            return false;
        }
        return this.state.user.can_buy || this.state.user.can_approve;
    }

    money(amount) {
        return formatFloat(amount || 0, { digits: [16, 2] });
    }

    price(amount) {
        const text = (amount || 0).toFixed(4).replace(/0{1,2}$/, "");
        return text;
    }

    signed(amount) {
        return `${amount > 0 ? "+" : "−"}${this.money(Math.abs(amount))}`;
    }

    changeTotal(order) {
        return order.changes.reduce((sum, change) => sum + change.difference, 0);
    }

    restText(order) {
        const total = this.signed(this.changeTotal(order));
        return _t("and %(count)s more, %(total)s in all", { count: order.changes.length - 2, total });
    }

    badge(order) {
        if (order.state === "unknown") {
            return "text-bg-danger";
        }
        if (order.state === "blocked" || this.isChanged(order)) {
            return "text-bg-warning";
        }
        if (["verified", "paying", "paid", "shipped", "received", "done"].includes(order.state)) {
            return "text-bg-success";
        }
        return order.state === "cancelled" ? "text-bg-light" : "text-bg-info";
    }

    // --- loading

    async load(first = false) {
        const board = await this.orm.call(MODEL, "get_confirm_board", [this.ids]);
        this.state.orders = board.orders;
        this.state.user = board.user;
        this.state.currency = board.currency;
        this.state.at = Date.now();
        if (!this.ids) {
            this.ids = board.orders.map((order) => order.id);
        }
        for (const order of board.orders) {
            if (this.state.picked[order.id] === undefined && this.isReady(order)) {
                this.state.picked[order.id] = true;
            }
        }
        if (first) {
            this.takeUpRun();
        }
        this.schedule();
    }

    /** Somebody came back to a run that goes on. */
    takeUpRun() {
        const running = this.state.orders.filter((order) => order.own && this.isRunning(order) && !order.remote_id);
        if (running.length) {
            this.state.run = { ids: running.map((order) => order.id), started: Date.now() };
        }
    }

    schedule() {
        clearTimeout(this.timer);
        const moving = this.state.orders.some((order) => CHECKING.includes(order.state) || this.isRunning(order));
        const unknown = this.state.orders.some((order) => order.state === "unknown");
        if (moving || unknown) {
            this.timer = setTimeout(() => this.load(), moving ? LOOK_EVERY : LOOK_EVERY * 5);
        }
    }

    replace(row) {
        const index = this.state.orders.findIndex((order) => order.id === row.id);
        this.state.orders[index] = row;
        if (this.isReady(row)) {
            this.state.picked[row.id] = true;
        }
    }

    // --- what a person does

    toggle(order) {
        if (this.isReady(order)) {
            this.state.picked[order.id] = !this.state.picked[order.id];
        }
    }

    toggleAll() {
        const value = !this.allPicked;
        for (const order of this.ready) {
            this.state.picked[order.id] = value;
        }
    }

    toggleOpen(order) {
        this.state.opened[order.id] = !this.state.opened[order.id];
    }

    async place() {
        const picked = this.picked;
        if (!picked.length || this.state.busy) {
            return;
        }
        this.state.busy = true;
        try {
            const seen = picked.map(({ id, digest, total }) => ({ id, digest, total }));
            const result = await this.orm.call(MODEL, "confirm_orders", [seen], { pay_after: this.state.payAfter });
            this.state.refused = Object.fromEntries(result.refused.map(({ id, reason }) => [id, reason]));
            if (result.placed.length) {
                this.state.run = { ids: result.placed, started: Date.now() };
            }
            if (result.asked.length) {
                this.notification.add(
                    _t("%s orders are over the limit: a second person has been asked.", result.asked.length),
                    { type: "info" }
                );
            }
            if (result.refused.length) {
                this.notification.add(_t("%s orders were not sent; each says why.", result.refused.length), {
                    type: "warning",
                });
            }
        } finally {
            this.state.busy = false;
            await this.load();
        }
    }

    async accept(order) {
        this.replace(await this.orm.call(MODEL, "accept_changes", [order.id, order.digest]));
    }

    async acceptAll() {
        this.state.busy = true;
        try {
            const changed = this.state.orders.filter((order) => this.isChanged(order));
            const seen = changed.map(({ id, digest }) => ({ id, digest }));
            const rows = await this.orm.call(MODEL, "accept_all_changes", [seen]);
            rows.forEach((row) => this.replace(row));
        } finally {
            this.state.busy = false;
        }
    }

    async drop(order) {
        await this.orm.call(MODEL, "drop_orders", [[order.id]]);
        this.state.orders = this.state.orders.filter(({ id }) => id !== order.id);
        this.ids = this.ids.filter((id) => id !== order.id);
    }

    async checkAgain(orders) {
        await this.orm.call(MODEL, "check_again", [orders.map((order) => order.id)]);
        await this.load();
    }

    editMessage(order) {
        this.dialog.add(MessageDialog, {
            message: order.message,
            save: async (message) => this.replace(await this.orm.call(MODEL, "set_message", [order.id, message])),
        });
    }

    open(order) {
        this.action.doAction({
            type: "ir.actions.act_window",
            res_model: MODEL,
            res_id: order.id,
            views: [[false, "form"]],
        });
    }

    openRequests() {
        this.action.doAction("purchase.purchase_rfq");
    }

    /** Arrows move between rows, Space picks, Enter opens the lines, Ctrl+Enter places. */
    onKeydown(ev) {
        if (ev.target.closest("input:not([type=checkbox]), textarea, .modal")) {
            return;
        }
        if (ev.key === "Enter" && (ev.ctrlKey || ev.metaKey)) {
            ev.preventDefault();
            this.place();
            return;
        }
        const row = ev.target.closest(".o_1688_confirm_row");
        const rows = [...document.querySelectorAll(".o_1688_confirm_row")];
        const step = { ArrowDown: 1, ArrowUp: -1 }[ev.key];
        if (step && rows.length) {
            ev.preventDefault();
            const at = row ? rows.indexOf(row) + step : 0;
            rows[Math.max(0, Math.min(rows.length - 1, at))].focus();
        } else if (row && ev.target === row && [" ", "Enter"].includes(ev.key)) {
            ev.preventDefault();
            const order = this.state.orders.find(({ id }) => id === Number(row.dataset.id));
            if (ev.key === " ") {
                this.toggle(order);
            } else {
                this.toggleOpen(order);
            }
        }
    }
}

registry.category("actions").add("purchase_1688.order_confirm", OrderConfirm);
