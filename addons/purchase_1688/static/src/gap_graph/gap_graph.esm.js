import { GraphRenderer } from "@web/views/graph/graph_renderer";
import { graphView } from "@web/views/graph/graph_view";
import { registry } from "@web/core/registry";

/** Lines of what is known from time to time, such as prices: a day without news is no zero. */
export class GapGraphRenderer extends GraphRenderer {
    getLineChartData() {
        const data = super.getLineChartData();
        for (const dataset of this.model.metaData.cumulated ? [] : data.datasets) {
            dataset.data = dataset.data.map((value) => value || null);
            dataset.spanGaps = true;
        }
        return data;
    }
}

registry.category("views").add("purchase_1688_gap_graph", { ...graphView, Renderer: GapGraphRenderer });
