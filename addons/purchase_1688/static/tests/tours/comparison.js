import {registry} from "@web/core/registry";

/** Milliseconds for a step; a busy machine is no failure. */
const PATIENCE = 60000;

registry.category("web_tour.tours").add("purchase_1688_nobody", {
    steps: () =>
        [
            {trigger: ".o_board_chart_button", run: "click"},
            {
                content: "Some have so many, but their freight is not known",
                trigger: ".o_board_curve tr.table-active:contains(24 to 80):contains(freight for so many is not known)",
            },
            {trigger: ".o_board_curve tr:contains(from 81):contains(Nobody has so many in stock)"},
        ].map((step) => ({timeout: PATIENCE, ...step})),
});

registry.category("web_tour.tours").add("purchase_1688_less", {
    steps: () =>
        [
            {trigger: ".o_board_plan_mixed .text-success:contains(less than the proposed plan):not(:contains(−))"},
            {trigger: ".o_control_panel button[data-hotkey=q]:enabled", run: "click"},
            {trigger: ".modal label:contains(Less than the proposed plan)"},
            {trigger: ".modal [name=less]:not(:contains(-))"},
            {trigger: ".modal:not(:has([name=difference]))"},
        ].map((step) => ({timeout: PATIENCE, ...step})),
});
