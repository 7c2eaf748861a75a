import {registry} from "@web/core/registry";

/** Milliseconds for a step; a busy machine is no failure. */
const PATIENCE = 60000;

/**
 * Register a tour whose steps have the time they need.
 *
 * @param {String} name of the tour
 * @param {Function} steps that make it
 */
function addTour(name, steps) {
    registry.category("web_tour.tours").add(name, {
        steps: () => steps().map((step) => ({timeout: PATIENCE, ...step})),
    });
}

/**
 * Type a code into the scan field and press Enter, as a scanner does.
 *
 * @param {String} code what is scanned
 * @returns {Object} a step
 */
function scan(code) {
    return {
        content: `Scan ${code}`,
        trigger: ".o_dock_field",
        async run({anchor, edit, press}) {
            anchor.focus();
            await edit(code, {target: anchor});
            await press("Enter");
        },
    };
}

/** What the test has told by the address: the waybill to scan. */
const params = () => new URLSearchParams(window.location.search);

addTour("stock_1688_dock_accept", () => [
    {trigger: ".o_stock_1688_dock .o_dock_field:focus"},
    scan("NOBODY99887766"),
    {trigger: ".o_dock_shelf:contains(NOBODY99887766)"},
    {trigger: ".o_dock_message.alert-warning"},
    {trigger: "button:contains(Undo)", run: "click"},
    {trigger: ".o_stock_1688_dock:not(:has(.o_dock_shelf))"},
    scan(params().get("waybill")),
    {trigger: ".o_dock_line .o_dock_picture"},
    {trigger: ".o_stock_1688_journey .o_stage.o_now"},
    {trigger: ".o_dock_scans .list-group-item-success"},
    {
        content: "An empty scan field and Enter accept",
        trigger: ".o_dock_accept:enabled",
        run: () => {
            const field = document.querySelector(".o_dock_field");
            field.focus();
            field.dispatchEvent(new KeyboardEvent("keydown", {key: "Enter", bubbles: true}));
        },
    },
    {trigger: ".o_dock_result:contains(being confirmed)"},
    {trigger: ".o_dock_field:focus"},
]);

addTour("stock_1688_dock_confirmed", () => [
    {trigger: "[name=ali1688_note]:contains(Receipt confirmed at 1688)"},
    {trigger: ".o_stock_1688_journey .badge:contains(Received)"},
    {trigger: ".o_parcel_head", run: "click"},
    {trigger: ".o_stock_1688_timeline li"},
]);

addTour("stock_1688_dock_reject", () => [
    {trigger: ".o_stock_1688_dock .o_dock_field:focus"},
    scan(params().get("waybill")),
    {
        content: "Reject one",
        trigger: ".o_dock_line button[aria-label='One more rejected']:first",
        run: "click",
    },
    {trigger: ".o_dock_accept:disabled"},
    {trigger: ".o_dock_line select[name=reason]", run: "select quality"},
    {trigger: ".o_dock_line input[name=note]", run: "edit seam is torn"},
    {
        content: "Take a photo",
        trigger: ".o_dock_line .o_dock_rejected",
        async run({anchor}) {
            const canvas = document.createElement("canvas");
            canvas.width = canvas.height = 2400;
            canvas.getContext("2d").fillRect(0, 0, 1200, 1200);
            const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
            const files = new DataTransfer();
            files.items.add(new File([blob], "photo.png", {type: "image/png"}));
            const input = anchor.querySelector("input[type=file]");
            input.files = files.files;
            input.dispatchEvent(new Event("change", {bubbles: true}));
        },
    },
    {trigger: ".o_dock_thumbnail"},
    {trigger: ".o_dock_accept:enabled", run: "click"},
    {trigger: ".o_dock_result:contains(when the claim has ended)"},
]);
