import { Component, onWillDestroy, onWillStart, useState } from "@odoo/owl";
import { ConfirmationDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { ConnectionLostError } from "@web/core/network/rpc";
import { Layout } from "@web/search/layout";
import { Mutex } from "@web/core/utils/concurrency";
import { SelectCreateDialog } from "@web/views/view_dialogs/select_create_dialog";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { useService } from "@web/core/utils/hooks";
import { usePopover } from "@web/core/popover/popover_hook";
import { AppliedBanner } from "./applied_banner.esm";
import { BoardCell } from "./board_cell.esm";
import { BoardFacts } from "./board_facts.esm";
import { BoardNeed } from "./board_need.esm";
import { BoardProgress } from "./board_progress.esm";
import { BoardSettings } from "./board_settings.esm";
import { BoardWords } from "./board_words.esm";
import { CostPopover } from "./cost_popover.esm";
import { CurvePanel } from "./curve_panel.esm";
import { PlansBar } from "./plans_bar.esm";
import { useBoardFocus } from "./board_focus.esm";
import { useNews } from "../news/news.esm";

const MODEL = "purchase.1688.comparison";
const BUS_EVENT = "purchase_1688/comparison";
const LIST_ACTION = "purchase_1688.purchase_1688_comparison_action";
// Milliseconds: how often to look while answers come in, should the bus be silent; the longer it takes, the rarer.
const LOOK_EVERY = 900;
const LOOK_SLOWER = 1.5;
const LOOK_SELDOM = 10000;
// Milliseconds between two moves of the ages of answers.
const TICK_EVERY = 30000;
// Up to so many lines the cells show their picture.
const RICH_LINES = 3;
const PLAN_KEYS = ["1", "2", "3", "4"];
// Where keys mean something else.
const FIELDS = ["SELECT", "INPUT"];
const PRESSED = ["BUTTON", "A"];

/** Lines down, sellers across: what each source takes for each need, filling while the answers arrive. */
export class ComparisonBoard extends Component {
    static template = "purchase_1688.ComparisonBoard";
    static components = {
        AppliedBanner,
        BoardCell,
        BoardFacts,
        BoardNeed,
        BoardProgress,
        BoardSettings,
        CurvePanel,
        Layout,
        PlansBar,
    };
    static props = { ...standardActionServiceProps };
    // Known to the action service, so that the address of a board alone makes the right breadcrumb.
    static path = "comparison-1688";
    static displayName = _t("Comparison");

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.notification = useService("notification");
        this.dialog = useService("dialog");
        this.popover = usePopover(CostPopover, { position: "right-start", popoverClass: "o_purchase_1688_cost" });
        const { params, context } = this.props.action;
        this.id = params?.comparison_id || this.props.resId || context?.active_id || context?.params?.resId;
        this.state = useState({ board: null, chart: false, taking: false, now: Date.now() });
        this.focus = useBoardFocus(() => this.board);
        this.mutex = new Mutex();
        // Who asked is told; everybody else looks from time to time.
        useNews(BUS_EVENT, () => this.id, () => this.look());
        const ticking = setInterval(() => (this.state.now = Date.now()), TICK_EVERY);
        onWillDestroy(() => {
            clearInterval(ticking);
            clearTimeout(this.looking);
        });
        onWillStart(() => this.start());
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

    /** Read the board, after what was pressed before; readings that have not begun yet are one. */
    load() {
        this.reading ||= this.mutex.exec(async () => {
            this.reading = null;
            this.show(await this.orm.silent.call(MODEL, "get_board", [[this.id]]));
        });
        return this.reading;
    }

    /** Read it because something may have happened; a lost connection comes back, and is told elsewhere. */
    async look() {
        try {
            await this.load();
        } catch (error) {
            if (!(error instanceof ConnectionLostError)) {
                throw error;
            }
            this.lookLater();
        }
    }

    lookLater() {
        clearTimeout(this.looking);
        this.looking = setTimeout(() => this.look(), this.patience);
    }

    show(board) {
        this.words ||= new BoardWords(board.currency);
        this.state.board = board;
        this.state.now = this.shownAt = Date.now();
        this.focus.keep();
        clearTimeout(this.looking);
        if (this.waiting) {
            const soon = this.asking && board.progress.wave <= 1;
            this.patience = soon ? LOOK_EVERY : Math.min((this.patience || LOOK_EVERY) * LOOK_SLOWER, LOOK_SELDOM);
            this.lookLater();
        } else {
            this.patience = LOOK_EVERY;
        }
    }

    /** What people press goes one after the other; where it is refused, the board shows what is there now. */
    async act(work) {
        try {
            return await this.mutex.exec(work);
        } catch (error) {
            this.look();
            throw error;
        }
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

    /** The question is put, but not yet which sources get it. */
    get beginning() {
        return this.asking && !this.board.sellers.length;
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

    get decides() {
        const { plan, plans, plans_state } = this.board;
        return !this.asking && Boolean(plan.covered || plans.length || plans_state === "solving");
    }

    get missingReasons() {
        return this.board.lines.filter((line) => this.needsReason(line));
    }

    get missingText() {
        const { length } = this.missingReasons;
        return length === 1 ? _t("1 reason to give") : _t("%s reasons to give", length);
    }

    get canApply() {
        return this.board.can.choose && this.board.plan.covered > 0;
    }

    needsReason(line) {
        return this.leftFirst(line) && !line.reason;
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

    cellClass(line, seller, quote) {
        return {
            o_chosen: Boolean(quote && quote.id === line.chosen),
            o_first: Boolean(quote && quote.id === line.best),
            o_focus: this.focus.isOn(line, seller),
            o_none: !quote,
            o_dead: Boolean(quote && ["late", "failed"].includes(quote.state)),
            o_waiting: quote?.state === "asking",
        };
    }

    canChoose(quote) {
        return Boolean(quote && ["answered", "short"].includes(quote.state) && this.board.can.choose);
    }

    /** The place by the weights of who looks, where more counts than the cost; else 0. */
    place(line, quote) {
        const { days, score } = this.board.weights;
        return days || score ? line.order.indexOf(quote.id) + 1 : 0;
    }

    /** Seconds that have passed since the board was read. */
    get since() {
        return (this.state.now - this.shownAt) / 1000;
    }

    share(seller) {
        return this.board.plan.sellers[seller.id];
    }

    /** Why an answer that was chosen for several lines is short; empty where it is not. */
    shortText(quote) {
        return this.board.plan.short[quote.id] || "";
    }

    freightText(share) {
        if (share.freight === false) {
            return _t("not known");
        }
        return share.freight + share.fees ? this.words.money(share.freight + share.fees) : _t("free");
    }

    proposalsText(line) {
        const sources = Object.keys(line.cells).length;
        if (line.proposals_problem) {
            return line.proposals_state === "searching"
                ? _t("Similar offers are searched for again in a while: %s", line.proposals_problem)
                : _t("Similar offers could not be searched for: %s Ask again later.", line.proposals_problem);
        }
        if (Object.values(line.cells).flat().some((quote) => quote.state === "answered")) {
            return _t("These were found when no source could deliver it:");
        }
        if (line.proposals.length) {
            return sources ? _t("No source can deliver this. These are similar:") : _t("It has no source yet. These are similar:");
        }
        return sources
            ? _t("No source can deliver this, and nothing similar was found.")
            : _t("It has no source yet, and nothing similar was found.");
    }

    yearsText(seller) {
        return _t("%s y", seller.years);
    }

    /** Our own rating where there is one, else the platform's. */
    stars(seller) {
        return seller.rating || seller.score;
    }

    findQuote(line, id) {
        return Object.values(line.cells)
            .flat()
            .find((quote) => quote.id === id);
    }

    // --- choosing

    /** Choose an answer for a line; what `extra` does not name stays as it is while the answer stays the same. */
    async choose(line, quote, extra = {}) {
        if (this.canChoose(quote)) {
            await this.writeChoice(line, quote.id, extra);
        }
    }

    async leaveOut(line) {
        if (this.board.can.choose && line.chosen) {
            await this.writeChoice(line, false);
        }
    }

    writeChoice(line, quoteId, extra = {}) {
        return this.act(async () => {
            const answer = await this.orm.call(MODEL, "choose", [[this.id], line.id, quoteId], extra);
            const index = this.board.lines.findIndex((other) => other.id === line.id);
            this.board.lines[index] = answer.line;
            this.board.plan = answer.plan;
        });
    }

    async onCell(line, seller) {
        this.focus.set(line, seller);
        const quote = this.cellQuote(line, seller);
        if (quote && quote.id !== line.chosen) {
            await this.choose(line, quote);
        }
    }

    takeMore(line) {
        const { hint } = line;
        return this.choose(line, this.findQuote(line, hint.quote), { quantity: line.taken_qty ? 0 : hint.qty });
    }

    takeBetter(line, better) {
        return this.choose(line, this.findQuote(line, better.quote_id), { quantity: better.qty });
    }

    async explain(line, quote, target) {
        if (!quote || quote.state === "asking") {
            return;
        }
        const cost = await this.orm.call(MODEL, "get_breakdown", [[this.id], quote.id]);
        const closing = (work) => {
            this.popover.close();
            return work();
        };
        this.popover.open(target, {
            cost,
            line,
            short: this.shortText(quote),
            words: this.words,
            canChoose: this.board.can.choose,
            choose: (id, extra) => closing(() => this.choose(line, this.findQuote(line, id), extra)),
            leaveOut: () => closing(() => this.leaveOut(line)),
            openOffer: () => closing(() => this.openForm("purchase.1688.offer", quote.offer_id)),
        });
    }

    openForm(model, id) {
        return this.action.doAction({ type: "ir.actions.act_window", res_model: model, res_id: id, views: [[false, "form"]] });
    }

    // --- plans, weights and limits

    choosePlan(kind) {
        return this.act(async () => {
            const { lines, plan, plans } = await this.orm.call(MODEL, "choose_plan", [[this.id], kind]);
            Object.assign(this.board, { lines, plan, plans });
        });
    }

    async setWeights({ cost, days, score }) {
        if (cost || days || score) {
            await this.act(() => this.orm.call(MODEL, "set_weights", [cost, days, score]));
        } else {
            this.notification.add(_t("At least one of them has to count."), { type: "warning" });
        }
        await this.load();
    }

    async setLimits({ max_parcels, excluded, caps }) {
        await this.act(() => this.orm.call(MODEL, "set_limits", [[this.id], max_parcels, excluded, caps]));
        await this.load();
    }

    // --- asking more

    async askSource(quote) {
        quote.can_ask = false;
        await this.act(() => this.orm.call(MODEL, "ask_source", [[this.id], quote.id]));
        await this.load();
    }

    canAskLine(line) {
        return this.board.can.ask && Object.values(line.cells).flat().some((quote) => quote.can_ask);
    }

    async askLine(line) {
        await this.act(() => this.orm.call(MODEL, "ask_line", [[this.id], line.id]));
        await this.load();
    }

    /** Where the attributes do not tell which specification is ours, a person says. */
    async takeProposal(proposal, skuId = false) {
        if (this.state.taking) {
            return;
        }
        this.state.taking = proposal.id;
        try {
            const answer = await this.orm.call(MODEL, "take_proposal", [[this.id], proposal.id, skuId]);
            if (answer.skus.length) {
                this.askForSku(proposal, answer);
            } else {
                this.notification.add(answer.message, { type: "success" });
            }
        } finally {
            this.state.taking = false;
        }
        await this.load();
    }

    askForSku(proposal, { skus, message }) {
        this.dialog.add(SelectCreateDialog, {
            title: message,
            resModel: "purchase.1688.sku",
            domain: [["id", "in", skus.map((sku) => sku.id)]],
            multiSelect: false,
            noCreate: true,
            onSelected: ([id]) => this.takeProposal(proposal, id),
        });
    }

    async askAgain() {
        const action = await this.orm.call(MODEL, "action_ask_again", [[this.id]]);
        return this.action.doAction(action, { stackPosition: "replaceCurrentAction" });
    }

    async apply() {
        const [line] = this.missingReasons;
        if (line) {
            this.notification.add(_t("Say why the first place was not chosen, in the lines marked in red."), {
                type: "warning",
            });
            this.goToReason(line);
            return;
        }
        const action = await this.act(() => this.orm.call(MODEL, "action_apply", [[this.id]]));
        return this.action.doAction(action, { onClose: () => this.look() });
    }

    undo() {
        this.dialog.add(ConfirmationDialog, {
            title: _t("Undo applying?"),
            body: _t("The requests for quotation get their vendor, lines and prices back; those that were made are removed."),
            confirmLabel: _t("Undo"),
            confirm: async () => {
                await this.act(() => this.orm.call(MODEL, "undo_apply", [[this.id]]));
                await this.load();
            },
            cancel: () => {},
        });
    }

    // --- chart

    get chartLine() {
        return this.state.chart && this.focus.line;
    }

    toggleChart(line = this.focus.line) {
        this.state.chart = !(this.state.chart && line.id === this.focus.cell.line);
        this.focus.set(line);
    }

    closeChart() {
        this.state.chart = false;
        this.focus.enter();
    }

    // --- keyboard

    /** Keys of the grid; in fields and on buttons only those that lead back to it. */
    async onKey(ev) {
        const { tagName } = ev.target;
        if (ev.ctrlKey || ev.metaKey || ev.altKey || !this.board.lines.length || !this.board.sellers.length) {
            return;
        }
        if (FIELDS.includes(tagName)) {
            if (ev.key === "Escape" || (ev.key === "Enter" && tagName === "INPUT")) {
                ev.preventDefault();
                this.focus.enter();
            }
        } else if (this.focus.move(ev.key)) {
            ev.preventDefault();
            this.focus.enter();
        } else if (!PRESSED.includes(tagName) || !["Enter", " "].includes(ev.key)) {
            const press = this.pressOf(ev.key);
            if (press) {
                ev.preventDefault();
                await press();
            }
        }
    }

    /** What a key does at the cell with the focus, or nothing. */
    pressOf(key) {
        const { line, seller } = this.focus;
        const quote = this.cellQuote(line, seller);
        const plan = this.board.plans[PLAN_KEYS.indexOf(key)];
        if (plan) {
            return this.board.can.choose && (() => this.choosePlan(plan.kind));
        }
        return {
            Enter: () => (quote?.id === line.chosen && this.leftFirst(line) ? this.goToReason(line) : this.onCell(line, seller)),
            " ": () => this.explain(line, quote, this.focus.element),
            Delete: () => this.leaveOut(line),
            Backspace: () => this.leaveOut(line),
            c: () => this.toggleChart(),
            r: quote?.can_ask && (() => this.askSource(quote)),
            Escape: this.state.chart && (() => this.closeChart()),
        }[key.length === 1 ? key.toLowerCase() : key];
    }

    goToReason(line) {
        this.focus.grid.el?.querySelector(`#o_board_reason_${line.id}`)?.focus();
    }
}

registry.category("actions").add("purchase_1688.comparison_board", ComparisonBoard);
