import { Component, onMounted, onPatched, onWillStart, onWillUnmount, useRef, useState } from "@odoo/owl";
import { ConfirmationDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { Layout } from "@web/search/layout";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { useService } from "@web/core/utils/hooks";
import { usePopover } from "@web/core/popover/popover_hook";
import { BoardSettings } from "./board_settings.esm";
import { BoardWords } from "./board_words.esm";
import { CostPopover } from "./cost_popover.esm";
import { CurvePanel } from "./curve_panel.esm";
import { PlansBar } from "./plans_bar.esm";
import { Sparkline } from "../sparkline/sparkline.esm";

const MODEL = "purchase.1688.comparison";
const BUS_EVENT = "purchase_1688/comparison";
const LIST_ACTION = "purchase_1688.purchase_1688_comparison_action";
// Milliseconds: how often to look while answers come in, should the bus be silent, and how often the clock moves.
const LOOK_EVERY = 900;
const TICK_EVERY = 100;
// Up to so many lines the cells show their sum at once.
const RICH_LINES = 3;
const PLAN_KEYS = ["1", "2", "3", "4"];
const MOVES = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

/** Lines down, sellers across: what each source takes for each need, filling while the answers arrive. */
export class ComparisonBoard extends Component {
    static template = "purchase_1688.ComparisonBoard";
    static components = { BoardSettings, CurvePanel, Layout, PlansBar, Sparkline };
    static props = { ...standardActionServiceProps };
    // Known to the action service, so that the address of a board alone makes the right breadcrumb.
    static path = "comparison-1688";
    static displayName = _t("Comparison");

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.notification = useService("notification");
        this.dialog = useService("dialog");
        this.grid = useRef("grid");
        this.popover = usePopover(CostPopover, { position: "bottom", popoverClass: "o_purchase_1688_cost" });
        const { params, context } = this.props.action;
        this.id = params?.comparison_id || this.props.resId || context?.active_id || context?.params?.resId;
        this.state = useState({ board: null, row: 0, col: 0, elapsed: 0, busy: false, chart: false });
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
        this.words ||= new BoardWords(board.currency);
        this.state.board = board;
        if (this.waiting) {
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

    /** Something is still to come: answers, plans, similar offers. */
    get waiting() {
        const { counts, lines, plans_state } = this.board;
        const searching = lines.some((line) => line.proposals_state === "searching");
        return this.asking || counts.asking > 0 || plans_state === "solving" || searching;
    }

    /** A question that does not fit into the minute's quota goes out in waves. */
    get inWaves() {
        const { wave, to_go } = this.board.progress;
        return wave > 1 || (to_go > 0 && this.state.elapsed > this.board.deadline_seconds);
    }

    get progress() {
        const { asked, answered } = this.board.progress;
        const share = this.inWaves ? answered / (asked || 1) : this.state.elapsed / this.board.deadline_seconds;
        return Math.min(100, 100 * share);
    }

    get progressText() {
        const { asked, answered, seconds_left } = this.board.progress;
        if (this.inWaves) {
            return _t("%(answered)s of %(asked)s answers in, about %(seconds)s s left; you can leave this page", {
                answered,
                asked,
                seconds: Math.ceil(seconds_left || 0),
            });
        }
        const left = Math.max(0, this.board.deadline_seconds - this.state.elapsed);
        return _t("asking … %s s left", left.toFixed(1));
    }

    get askedAt() {
        return this.words.time(this.board.asked_at);
    }

    get appliedText() {
        const { by, at } = this.board.applied;
        return _t("Applied by %(who)s %(ago)s", { who: by, ago: this.words.time(at)?.ago || "" });
    }

    get savings() {
        const { saving, saving_list, saving_first, saving_last } = this.board.applied;
        return [
            { key: "next", label: _t("against the next best"), amount: saving },
            { key: "list", label: _t("against the list price"), amount: saving_list },
            { key: "first", label: _t("against the first quote"), amount: saving_first },
            { key: "last", label: _t("against the last price paid"), amount: saving_last },
        ].filter((row) => row.amount);
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
        return this.board.can.apply && !this.missingReasons.length;
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
        return Boolean(quote && ["answered", "short"].includes(quote.state) && this.board.can.choose);
    }

    above(line, quote) {
        const best = this.findQuote(line, line.best);
        return best && quote.id !== best.id ? quote.total - best.total : 0;
    }

    share(seller) {
        return this.board.plan.sellers[seller.id];
    }

    picture(model, id, field = "image_128") {
        return id ? `/web/image/${model}/${id}/${field}` : "";
    }

    hintText(hint) {
        return _t("Order %(more)s instead of %(less)s and pay %(saving)s less", {
            more: this.words.number(hint.qty),
            less: this.words.number(hint.instead_of),
            saving: this.words.money(hint.saving),
        });
    }

    passedText(line, passed) {
        const quote = this.findQuote(line, passed.quote);
        const seller = this.board.sellers.find((other) => other.id === quote?.seller_id);
        return _t("%(seller)s is cheaper, but not chosen by itself: %(reason)s", {
            seller: seller?.name || "",
            reason: passed.reason,
        });
    }

    yearsText(seller) {
        return _t("%s y", seller.years);
    }

    /** Our own rating where there is one, else the platform's. */
    stars(seller) {
        return seller.rating || seller.score;
    }

    daysTitle(quote) {
        return quote.days_from === "own" ? _t("Days until it arrived so far") : _t("Days until it is shipped, as the seller promises");
    }

    findQuote(line, id) {
        return Object.values(line.cells)
            .flat()
            .find((quote) => quote.id === id);
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
        return this.choose(line, this.findQuote(line, hint.quote), { quantity: line.taken_qty ? 0 : hint.qty });
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
            words: this.words,
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

    // --- plans, weights and limits

    async choosePlan(kind) {
        const { lines, plan, plans } = await this.orm.call(MODEL, "choose_plan", [[this.id], kind]);
        Object.assign(this.board, { lines, plan, plans });
    }

    async setWeights(weights) {
        if (!Object.values(weights).some(Boolean)) {
            this.notification.add(_t("At least one of them has to count."), { type: "warning" });
        } else {
            await this.orm.call(MODEL, "set_weights", [weights.cost, weights.days, weights.score]);
        }
        await this.load();
    }

    async setLimits(limits) {
        await this.orm.call(MODEL, "set_limits", [[this.id], limits.max_parcels, limits.excluded]);
        await this.load();
    }

    // --- asking more

    async askSource(quote) {
        await this.orm.call(MODEL, "ask_source", [[this.id], quote.id]);
        await this.load();
    }

    /** Where the attributes do not tell which specification is ours, the offer is opened for a person to say. */
    async takeProposal(proposal) {
        const { quote_ids, offer_id, message } = await this.orm.call(MODEL, "take_proposal", [[this.id], proposal.id]);
        this.notification.add(message, { type: quote_ids.length ? "success" : "warning" });
        if (!quote_ids.length) {
            return this.openOffer({ offer_id });
        }
        await this.load();
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

    undo() {
        this.dialog.add(ConfirmationDialog, {
            title: _t("Undo applying?"),
            body: _t("The requests for quotation get their vendor, lines and prices back; those that were made are removed."),
            confirmLabel: _t("Undo"),
            confirm: async () => {
                await this.orm.call(MODEL, "undo_apply", [[this.id]]);
                await this.load();
            },
            cancel: () => {},
        });
    }

    // --- chart

    get chartLine() {
        return this.state.chart && this.board.lines[this.state.row];
    }

    toggleChart(row = this.state.row) {
        this.state.chart = !(this.state.chart && row === this.state.row);
        this.state.row = row;
    }

    takeBetter(line, better) {
        return this.choose(line, this.findQuote(line, better.quote), { quantity: better.qty });
    }

    // --- keyboard

    goToFirst() {
        const line = this.board.lines[0];
        const col = this.board.sellers.findIndex((seller) => line && this.quotes(line, seller).some((quote) => quote.id === line.best));
        Object.assign(this.state, { row: 0, col: Math.max(col, 0) });
    }

    async onKey(ev) {
        if (["SELECT", "INPUT", "BUTTON", "A"].includes(ev.target.tagName) || !this.board.lines.length) {
            return;
        }
        if (ev.ctrlKey || ev.metaKey || ev.altKey) {
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
        } else if (ev.key === "c") {
            this.toggleChart();
        } else if (ev.key === "r" && this.cellQuote(line, seller)?.can_ask) {
            await this.askSource(this.cellQuote(line, seller));
        } else if (PLAN_KEYS.includes(ev.key) && this.board.plans[ev.key - 1] && this.board.can.choose) {
            await this.choosePlan(this.board.plans[ev.key - 1].kind);
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
