import {registry} from "@web/core/registry";

/** Milliseconds for a step; a busy machine is no failure. */
const PATIENCE = 60000;

/** A manager looks at a seller below the floor, and decides to use it all the same. */
registry.category("web_tour.tours").add("purchase_1688_seller_card", {
    steps: () =>
        [
            {trigger: ".o_data_row:contains(Shantou C) .badge:contains(Excluded)"},
            {trigger: ".o_data_row:contains(Shantou C) td[name=name]", run: "click"},
            {trigger: ".o_notebook a[name=ali1688]", run: "click"},
            {trigger: ".o_1688_seller_card .o_1688_stars_big:contains(2.00)"},
            {trigger: ".o_1688_seller_part:contains(Service score)", run: "click"},
            {trigger: ".o_1688_seller_card h3:contains(Service score)"},
            {trigger: ".o_1688_seller_chart canvas"},
            {trigger: ".o_1688_decide", run: "click"},
            {trigger: ".modal .o_field_widget[name=date_end] input", run: `edit ${luxon.DateTime.now().plus({days: 30}).toFormat("MM/dd/yyyy")}`},
            {trigger: ".modal .o_field_widget[name=reason] textarea", run: "edit They changed their carrier."},
            {trigger: ".modal .o_form_button_save", run: "click"},
            {trigger: ".o_1688_seller_card .badge:contains(Decided by a manager)"},
            {trigger: ".o_1688_seller_card:contains(They changed their carrier.)"},
        ].map((step) => ({timeout: PATIENCE, ...step})),
});
