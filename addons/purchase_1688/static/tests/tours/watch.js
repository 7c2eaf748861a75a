import {registry} from "@web/core/registry";

const PATIENCE = 60000;

/** From the watch to the offers that became dearer, to their history, and to another first source. */
registry.category("web_tour.tours").add("purchase_1688_watch", {
    steps: () =>
        [
            {trigger: "[data-menu-xmlid='purchase_1688.purchase_1688_menu']", run: "click"},
            {trigger: "[data-menu-xmlid='purchase_1688.purchase_1688_watch_menu']", run: "click"},
            {trigger: ".o_purchase_1688_watch .progress"},
            {trigger: ".o_purchase_1688_watch button:contains(Price up)", run: "click"},
            {trigger: ".o_list_view .o_data_row .badge:contains(Price up)"},
            {trigger: ".breadcrumb a:contains(Watch), .o_back_button", run: "click"},
            {trigger: ".o_purchase_1688_watch button:contains(Kept fresh)", run: "click"},
            {trigger: ".o_list_view .o_data_row:has(.badge:contains(▲)) .o_data_cell[name=name]", run: "click"},
            {trigger: ".o_form_view svg.o_purchase_1688_sparkline path"},
            {trigger: "button[name=action_open_price_history]", run: "click"},
            {trigger: ".o_list_view .o_data_row"},
            {trigger: ".o_switch_view.o_graph", run: "click"},
            {trigger: ".o_graph_canvas_container canvas"},
            {trigger: "[data-menu-xmlid='purchase_1688.purchase_1688_menu']", run: "click"},
            {trigger: "[data-menu-xmlid='purchase_1688.purchase_1688_todo_menu']", run: "click"},
            {trigger: ".o_data_row:contains(dearer) button[name=action_next_step]", run: "click"},
            {trigger: ".o_list_view svg.o_purchase_1688_sparkline.o_up"},
            {trigger: ".o_data_row:not(:has(svg.o_up)) button[name=action_make_first]:first", run: "click"},
            {trigger: ".o_data_row:first:not(:has(svg.o_up))"},
        ].map((step) => ({timeout: PATIENCE, ...step})),
});
