import { Component, onMounted, onPatched, onWillStart, onWillUnmount, useRef, useState } from "@odoo/owl";
import { Layout } from "@web/search/layout";
import { _t } from "@web/core/l10n/translation";
import { deserializeDateTime, formatDateTime } from "@web/core/l10n/dates";
import { formatFloat } from "@web/core/utils/numbers";
import { registry } from "@web/core/registry";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { useService } from "@web/core/utils/hooks";
import { usePopover } from "@web/core/popover/popover_hook";
import { CostPopover } from "./cost_popover.esm";

const MODEL = "purchase.1688.comparison";
const BUS_EVENT = "purchase_1688/comparison";
const LIST_ACTION = "purchase_1688.purchase_1688_comparison_action";
// Milliseconds: how often to look while answers come in, should the bus be silent, and how often the clock moves.
const LOOK_EVERY = 900;
const TICK_EVERY = 100;
// Up to so many lines the cells show their sum at once.
const RICH_LINES = 3;
const MOVES = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

/** Lines down, sellers across: what each source takes for each need, filling while the answers arrive. */
export class ComparisonBoard extends Component {
    static template = "purchase_1688.ComparisonBoard";
    static components = { Layout };
    static props = { ...standardActionServiceProps };
    // Known to the action service, so that the address of a board alone makes the right breadcrumb.
    static path = "comparison-1688";
    static displayName = _t("Comparison");

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.notification = useService("notification");
        this.grid = useRef("grid");
        this.popover = usePopover(CostPopover, { position: "bottom", popoverClass: "o_purchase_1688_cost" });
        const { params, context } = this.props.action;
        this.id = params?.comparison_id || this.props.resId || context?.active_id || context?.params?.resId;
        this.state = useState({ board: null, row: 0, col: 0, elapsed: 0, busy: false });
        this.loading = null;
        const bus = useService("bus_service");
        const onNews = (news) => news.id === this.id && this.load();
        bus.subscribe(BUS_EVENT, onNews);
        onWillStart(() => this.start());
        onMounted(() => this.grid.el?.focus({ preventScroll: true }));
        onPatched(() => this.followFocus());
        onWillUnmount(() => {
            bus.unsubscribe(BUS_EVENT, onNews);
            this.stopClock();
        });
    }

    async start() {
        if (!this.id) {
            await this.action.doAction(LIST_ACTION, { clearBreadcrumbs: true });
            return;
        }
        await this.load();
        this.props.updateActionState?.({ resId: this.id });
        this.env.config.setDisplayName?.(this.title);
    }

    // --- reading

    /** Read the board; while one reading runs, another one is only noted. */
    async load() {
        if (this.loading) {
            this.again = true;
            return this.loading;
        }
        this.loading = this.orm.call(MODEL, "get_board", [[this.id]]);
        try {
            this.show(await this.loading);
        } finally {
            this.loading = null;
        }
        if (this.again) {
            this.again = false;
            await this.load();
        }
    }

    show(board) {
        const first = !this.state.board;
        this.state.board = board;
        if (board.state === "asking") {
            this.startClock(board.age_seconds);
        } else {
            this.stopClock();
        }
        if (first || !this.touched) {
            this.goToFirst();
        }
    }

    startClock(age) {
        this.zero = Date.now() - age * 1000;
        this.clock ||= setInterval(() => (this.state.elapsed = (Date.now() - this.zero) / 1000), TICK_EVERY);
        this.looks ||= setInterval(() => this.load(), LOOK_EVERY);
    }

    stopClock() {
        clearInterval(this.clock);
        clearInterval(this.looks);
        this.clock = this.looks = null;
    }

    // --- what is shown

    get board() {
        return this.state.board;
    }

    get title() {
        const orders = this.board?.orders.map((order) => order.name).join(", ");
        return orders ? _t("Comparison of %s", orders) : this.board?.name || _t("Comparison");
    }

    get asking() {
        return this.board.state === "asking";
    }

    get frozen() {
        return this.board.state === "applied";
    }

    get rich() {
        return this.board.lines.length <= RICH_LINES;
    }

    get progress() {
        return Math.min(100, (this.state.elapsed / this.board.deadline_seconds) * 100);
    }

    get left() {
        return formatFloat(Math.max(0, this.board.deadline_seconds - this.state.elapsed), { digits: [16, 1] });
    }

    get askedAt() {
        const at = this.board.asked_at && deserializeDateTime(this.board.asked_at);
        return at ? { ago: at.toRelative(), exact: formatDateTime(at) } : null;
    }

    get badges() {
        const { counts } = this.board;
        return [
            { key: "answered", label: _t("answers"), count: counts.answered + counts.short, tone: "success" },
            { key: "asking", label: _t("waiting"), count: counts.asking, tone: "info" },
            { key: "short", label: _t("short"), count: counts.short, tone: "warning" },
            { key: "late", label: _t("late"), count: counts.late, tone: "secondary" },
            { key: "failed", label: _t("failed"), count: counts.failed, tone: "danger" },
        ].filter((badge) => badge.count);
    }

    get missingReasons() {
        return this.board.lines.filter((line) => this.needsReason(line));
    }

    get canApply() {
        return !this.asking && !this.frozen && this.board.plan.covered && !this.missingReasons.length;
    }

    needsReason(line) {
        return Boolean(line.chosen && line.chosen !== line.best && !line.reason);
    }

    leftFirst(line) {
        return Boolean(line.chosen && line.chosen !== line.best);
    }

    quotes(line, seller) {
        return line.cells[seller.id] || [];
    }

    /** The answer a cell stands for: the chosen one, else the best of this seller. */
    cellQuote(line, seller) {
        const quotes = this.quotes(line, seller);
        return quotes.find((quote) => quote.id === line.chosen) || quotes[0];
    }

    cellClass(line, seller, rowIndex, colIndex) {
        const quote = this.cellQuote(line, seller);
        return {
            o_chosen: Boolean(quote && quote.id === line.chosen),
            o_first: Boolean(quote && quote.id === line.best),
            o_focus: rowIndex === this.state.row && colIndex === this.state.col,
            o_none: !quote,
            o_dead: Boolean(quote && ["late", "failed"].includes(quote.state)),
            o_waiting: quote?.state === "asking",
        };
    }

    canChoose(quote) {
        return Boolean(quote && ["answered", "short"].includes(quote.state) && !this.frozen && !this.asking);
    }

    above(line, quote) {
        const best = Object.values(line.cells)
            .flat()
            .find((other) => other.id === line.best);
        return best && quote.id !== best.id ? quote.total - best.total : 0;
    }

    share(seller) {
        return this.board.plan.sellers[seller.id];
    }

    picture(model, id, field = "image_128") {
        return id ? `/web/image/${model}/${id}/${field}` : "";
    }

    money(amount) {
        const text = formatFloat(amount, { digits: [16, 2] });
        const { symbol, position } = this.board.currency;
        return position === "before" ? `${symbol}\u00a0${text}` : `${text}\u00a0${symbol}`;
    }

    digits(value) {
        return formatFloat(value, { digits: [16, 2] });
    }

    number(value) {
        return formatFloat(value, { digits: [16, 2], trailingZeros: false });
    }

    hintText(hint) {
        return _t("Order %(more)s instead of %(less)s and pay %(saving)s less", {
            more: this.number(hint.qty),
            less: this.number(hint.instead_of),
            saving: this.money(hint.saving),
        });
    }

    yearsText(seller) {
        return _t("%s y", seller.years);
    }

    stateText(quote) {
        return { late: _t("late"), failed: _t("failed"), asking: _t("asking …") }[quote.state] || "";
    }

    // --- choosing

    async choose(line, quote, extra = {}) {
        if (quote && !this.canChoose(quote)) {
            return;
        }
        this.state.busy = true;
        try {
            const answer = await this.orm.call(MODEL, "choose", [[this.id], line.id, quote ? quote.id : false], extra);
            const index = this.board.lines.findIndex((other) => other.id === line.id);
            this.board.lines[index] = answer.line;
            this.board.plan = answer.plan;
        } finally {
            this.state.busy = false;
        }
    }

    async onCell(line, seller, row, col) {
        Object.assign(this.state, { row, col });
        this.touched = true;
        const quote = this.cellQuote(line, seller);
        if (quote && quote.id !== line.chosen) {
            await this.choose(line, quote);
        }
    }

    takeMore(line) {
        const { hint } = line;
        const quote = Object.values(line.cells)
            .flat()
            .find((other) => other.id === hint.quote);
        return this.choose(line, quote, { quantity: line.taken_qty ? 0 : hint.qty });
    }

    onReason(line, ev) {
        const quote = { id: line.chosen, state: "answered" };
        return this.choose(line, quote, { reason: ev.target.value, note: line.reason_note, quantity: line.taken_qty });
    }

    onNote(line, ev) {
        const quote = { id: line.chosen, state: "answered" };
        return this.choose(line, quote, { reason: line.reason, note: ev.target.value, quantity: line.taken_qty });
    }

    async explain(line, quote, target) {
        if (!quote || quote.state === "asking") {
            return;
        }
        const cost = await this.orm.call(MODEL, "get_breakdown", [[this.id], quote.id]);
        const others = Object.values(line.cells)
            .flat()
            .filter((other) => other.seller_id === quote.seller_id && other.id !== quote.id);
        this.popover.open(target, {
            cost,
            line,
            others,
            money: this.money.bind(this),
            number: this.number.bind(this),
            canChoose: this.canChoose(quote),
            choose: (extra) => {
                this.popover.close();
                return this.choose(line, quote, extra);
            },
            openOffer: () => this.openOffer(quote),
        });
    }

    openOffer(quote) {
        this.popover.close();
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "purchase.1688.offer",
            res_id: quote.offer_id,
            views: [[false, "form"]],
        });
    }

    openProduct(line) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "product.product",
            res_id: line.product_id,
            views: [[false, "form"]],
        });
    }

    openOrder(order) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "purchase.order",
            res_id: order.id,
            views: [[false, "form"]],
        });
    }

    async askAgain() {
        const action = await this.orm.call(MODEL, "action_ask_again", [[this.id]]);
        return this.action.doAction(action, { stackPosition: "replaceCurrentAction" });
    }

    async apply() {
        if (this.missingReasons.length) {
            this.notification.add(_t("Say why the first place was not chosen, in the lines marked in red."), {
                type: "warning",
            });
            return;
        }
        const action = await this.orm.call(MODEL, "action_apply", [[this.id]]);
        return this.action.doAction(action, { onClose: () => this.load() });
    }

    // --- keyboard

    goToFirst() {
        const line = this.board.lines[0];
        const col = this.board.sellers.findIndex((seller) => line && this.quotes(line, seller).some((q) => q.id === line.best));
        Object.assign(this.state, { row: 0, col: Math.max(col, 0) });
    }

    async onKey(ev) {
        if (["SELECT", "INPUT", "BUTTON", "A"].includes(ev.target.tagName) || !this.board.lines.length) {
            return;
        }
        const line = this.board.lines[this.state.row];
        const seller = this.board.sellers[this.state.col];
        if (ev.key in MOVES) {
            const [down, right] = MOVES[ev.key];
            this.state.row = Math.min(Math.max(this.state.row + down, 0), this.board.lines.length - 1);
            this.state.col = Math.min(Math.max(this.state.col + right, 0), this.board.sellers.length - 1);
            this.touched = true;
        } else if (ev.key === "Enter" && seller) {
            await this.onCell(line, seller, this.state.row, this.state.col);
        } else if (ev.key === " " && seller) {
            const cell = this.grid.el.querySelector(".o_focus");
            await this.explain(line, this.cellQuote(line, seller), cell);
        } else {
            return;
        }
        ev.preventDefault();
    }

    followFocus() {
        if (this.touched) {
            this.grid.el?.querySelector(".o_focus")?.scrollIntoView({ block: "nearest", inline: "nearest" });
        }
    }
}

registry.category("actions").add("purchase_1688.comparison_board", ComparisonBoard);
