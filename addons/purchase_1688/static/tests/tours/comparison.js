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
            {trigger: ".o_board_curve_chart:contains(not known what one of these costs)"},
            {
                content: "Only the reason that holds is given for having no line",
                trigger: ".o_board_curve:contains(as the freight is not known:):not(:contains(as the stock is short))",
            },
        ].map((step) => ({timeout: PATIENCE, ...step})),
});

registry.category("web_tour.tours").add("purchase_1688_nobody_has_so_many", {
    steps: () =>
        [
            {trigger: ".o_board_chart_button", run: "click"},
            {trigger: ".o_board_curve tr.table-active:contains(from 24):contains(Nobody has so many in stock)"},
            {trigger: ".o_board_curve_chart:contains(nobody has so many in stock)"},
            {
                content: "Only the reason that holds is given for having no line",
                trigger: ".o_board_curve:contains(as the stock is short:):not(:contains(as the freight is not known))",
            },
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
