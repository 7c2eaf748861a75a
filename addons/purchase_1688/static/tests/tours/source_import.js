import {registry} from "@web/core/registry";

/** Milliseconds for a step; a busy machine is no failure. */
const PATIENCE = 60000;

/** A list is pasted, a row is mended in the preview, then all is imported. What to paste comes with the address. */
registry.category("web_tour.tours").add("purchase_1688_source_import", {
    steps: () => {
        const params = new URLSearchParams(window.location.search);
        const steps = [
            {trigger: ".o_list_button_add", run: "click"},
            {trigger: "[name=text] textarea", run: ({edit}) => edit(params.get("rows"))},
            {trigger: "button[name=action_read]:contains(Next)", run: "click"},
            {trigger: "[name=column_ids] .o_data_row:contains(Link)"},
            {trigger: "button[name=action_preview]", run: "click"},
            {
                content: "The second row names a product that is not there: choose it in place",
                trigger: "[name=error_ids] .o_data_row:contains(NOBODY) [name=product_id]",
                run: "click",
            },
            {
                trigger: "[name=error_ids] .o_selected_row [name=product_id] input",
                run: `edit ${params.get("product")}`,
            },
            {trigger: `.o-autocomplete--dropdown-item:contains(${params.get("product")})`, run: "click"},
            {trigger: ".o_form_button_save", run: "click"},
            {trigger: ".alert-success:contains(All rows are good)"},
            {trigger: "button[name=action_import]", run: "click"},
            {trigger: ".o_statusbar_status .o_arrow_button_current:contains(Imported)"},
        ];
        return steps.map((step) => ({timeout: PATIENCE, ...step}));
    },
});
