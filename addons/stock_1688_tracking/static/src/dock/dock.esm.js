import {Component, onMounted, onWillStart, useEffect, useExternalListener, useRef, useState} from "@odoo/owl";
import {useBus, useService} from "@web/core/utils/hooks";
import {DockLine} from "./dock_line.esm";
import {Journey} from "../journey/journey.esm";
import {Layout} from "@web/search/layout";
import {_t} from "@web/core/l10n/translation";
import {ago} from "../journey/ago.esm";
import {play} from "./sounds.esm";
import {registry} from "@web/core/registry";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";

const SOUNDS = {item: "good", receipt: "good", received: "bad", shelf: "unknown", unknown: "unknown"};
const STYLES = {good: "success", bad: "danger", unknown: "warning"};
const SCANS_SHOWN = 8;

/** The dock: scan, count, reject, accept. One call to the server for each scan. */
export class Dock extends Component {
    static template = "stock_1688_tracking.Dock";
    static components = {DockLine, Journey, Layout};
    static props = {...standardActionServiceProps};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.field = useRef("scan");
        this.problem = useRef("problem");
        this.queue = Promise.resolve();
        this.state = useState({
            receipt: null,
            others: [],
            parcels: [],
            scans: [],
            message: null,
            result: null,
            problem: null,
            busy: 0,
            waiting: [],
            shelf: [],
            reasons: [],
        });
        onWillStart(() => this.refresh());
        onMounted(() => {
            this.focus();
            this.openFromAction();
        });
        useEffect(
            (field) => field && field.focus(),
            () => [this.problem.el]
        );
        useBus(useService("barcode").bus, "barcode_scanned", (ev) => this.enqueue(ev.detail.barcode));
        useExternalListener(window, "keydown", (ev) => this.onKeydown(ev));
        useExternalListener(window, "click", (ev) => this.onClick(ev));
    }

    // --- focus and keys

    focus() {
        if (this.field.el) {
            this.field.el.focus();
        }
    }

    /** The scan field gets the focus back unless somebody is writing elsewhere. */
    onClick(ev) {
        if (!ev.target.closest("input, select, textarea, label, .o_dialog, .dropdown-menu, .o_main_navbar")) {
            this.focus();
        }
    }

    onKeydown(ev) {
        const written = ev.target.matches("input, select, textarea, button, a") && ev.target !== this.field.el;
        if (ev.key !== "Enter" || written || ev.target.closest(".o_dialog")) {
            return;
        }
        ev.preventDefault();
        const code = this.field.el.value.trim();
        this.field.el.value = "";
        if (code) {
            this.enqueue(code);
        } else if (this.state.receipt) {
            this.accept();
        }
    }

    // --- scanning

    openFromAction() {
        const {code, picking_id: pickingId} = this.props.action.params || {};
        if (pickingId) {
            this.openReceipt(pickingId);
        } else if (code) {
            this.enqueue(code);
        }
    }

    /** Scanners are faster than the network: scans wait for each other, none is lost. */
    enqueue(code) {
        this.queue = this.queue.then(() => this.scan(code)).catch((error) => this.fail(error));
        return this.queue;
    }

    async call(method, ...args) {
        this.state.busy++;
        try {
            return await this.orm.silent.call("stock.1688.dock", method, args);
        } finally {
            this.state.busy--;
        }
    }

    async scan(code) {
        const answer = await this.call("scan", code, this.state.receipt ? this.state.receipt.id : false);
        const entry = {code, kind: answer.kind, message: answer.message, undo: answer.undo || null};
        if (answer.kind === "item") {
            entry.restore = this.count(answer.move_id);
        } else if (answer.kind === "receipt") {
            entry.back = this.state.receipt && this.state.receipt.id !== answer.receipt.id ? this.state.receipt.id : null;
            this.show(answer);
        }
        this.say(SOUNDS[answer.kind], answer.message);
        this.state.scans.unshift({...entry, style: STYLES[SOUNDS[answer.kind]], key: Date.now() + Math.random()});
        this.state.scans.splice(SCANS_SHOWN);
        if (answer.kind === "shelf") {
            await this.refresh();
        }
        this.focus();
    }

    /** The first item scanned of a line starts its count; before that the expected quantity stands there. */
    count(moveId) {
        const line = this.state.receipt.lines.find((candidate) => candidate.id === moveId);
        const before = {counted: line.counted, touched: line.touched};
        line.counted = line.touched ? line.counted + 1 : 1;
        line.touched = true;
        return {moveId, before};
    }

    async undo() {
        const entry = this.state.scans.shift();
        if (!entry) {
            return;
        }
        if (entry.restore && this.state.receipt) {
            const line = this.state.receipt.lines.find((candidate) => candidate.id === entry.restore.moveId);
            Object.assign(line || {}, entry.restore.before);
        }
        if (entry.undo) {
            await this.call("undo", entry.undo);
            await this.refresh();
        }
        if (entry.kind === "receipt") {
            this.close();
            if (entry.back) {
                await this.openReceipt(entry.back);
            }
        }
        this.say("unknown", _t("Taken back: %s", entry.code));
        this.focus();
    }

    show(answer) {
        const same = this.state.receipt && this.state.receipt.id === answer.receipt.id;
        const parcels = same ? this.state.parcels : [];
        const parcelId = answer.receipt.parcel_id;
        const again = !parcelId || parcels.includes(parcelId);
        if (!again) {
            parcels.push(parcelId);
        }
        this.state.parcels = parcels;
        this.state.others = answer.others;
        this.state.result = null;
        this.state.problem = null;
        if (same && (again || parcels.length > 1)) {
            if (!again) {
                this.addContent(answer.receipt);
            }
            return;
        }
        for (const line of answer.receipt.lines) {
            Object.assign(line, {counted: line.expected, rejected: 0, reason: "", note: "", photos: [], touched: false});
        }
        this.state.receipt = answer.receipt;
    }

    /** A second parcel of the same receipt adds what is in it to what is expected. */
    addContent(receipt) {
        for (const line of this.state.receipt.lines) {
            const more = receipt.lines.find((candidate) => candidate.id === line.id);
            const expected = Math.min(line.ordered, line.expected + (more ? more.expected : 0));
            if (!line.touched) {
                line.counted = Math.max(line.counted + expected - line.expected, 0);
            }
            line.expected = expected;
        }
    }

    async openReceipt(pickingId) {
        const answer = await this.call("open_receipt", pickingId);
        if (answer.kind === "receipt") {
            this.show(answer);
        }
        this.say(SOUNDS[answer.kind], answer.message);
        this.focus();
    }

    close() {
        this.state.receipt = null;
        this.state.parcels = [];
        this.state.others = [];
        this.state.problem = null;
    }

    // --- entering

    update(line, values) {
        Object.assign(line, values);
        if ("counted" in values) {
            line.touched = true;
        }
        line.rejected = Math.min(line.rejected, line.counted);
    }

    /** What is still to do before the receipt can be accepted, or nothing. */
    get hindrance() {
        const lines = this.state.receipt ? this.state.receipt.lines : [];
        if (lines.some((line) => line.rejected > 0 && !line.reason)) {
            return _t("Choose why goods are rejected.");
        }
        return lines.some((line) => line.counted > 0) ? "" : _t("Nothing is counted yet. Scan items or enter a quantity.");
    }

    async accept() {
        if (this.accepting) {
            return;
        }
        if (this.hindrance) {
            this.say("bad", this.hindrance);
            return;
        }
        this.accepting = true;
        const {id, lines} = this.state.receipt;
        const found = lines.map(({id: moveId, counted, rejected, reason, note, photos}) => {
            return {move_id: moveId, counted, rejected, reason, note, photos};
        });
        try {
            const result = await this.call("accept", id, found, [...this.state.parcels]);
            this.state.scans = [];
            this.close();
            this.state.result = result;
            this.say("good", result.message);
            await this.refresh();
        } catch (error) {
            this.fail(error);
        } finally {
            this.accepting = false;
        }
        this.focus();
    }

    startProblem() {
        this.state.problem = this.state.problem === null ? "" : null;
    }

    async sendProblem() {
        try {
            const result = await this.call("report_problem", this.state.receipt.id, this.state.problem || "");
            this.close();
            this.say("unknown", result.message);
        } catch (error) {
            this.fail(error);
        }
        this.focus();
    }

    async printLabels() {
        const action = await this.orm.call("stock.picking", "action_open_label_type", [[this.state.receipt.id]]);
        await this.action.doAction(action);
    }

    // --- telling

    async refresh() {
        Object.assign(this.state, await this.call("start"));
    }

    say(outcome, text) {
        play(outcome);
        this.state.message = {text, style: STYLES[outcome]};
    }

    fail(error) {
        const text = (error.data && error.data.message) || error.message || _t("The server did not answer. Try again.");
        this.say("bad", text);
    }

    ago(moment) {
        return ago(moment);
    }
}

registry.category("actions").add("stock_1688_tracking.dock", Dock);
