import { onWillDestroy } from "@odoo/owl";
import { useService } from "@web/core/utils/hooks";

/** Hear what the server tells of one record, as long as the component is there. */
export function useNews(event, getId, hear) {
    const bus = useService("bus_service");
    const onNews = (news) => {
        if (news.id === getId()) {
            hear(news);
        }
    };
    bus.subscribe(event, onNews);
    onWillDestroy(() => bus.unsubscribe(event, onNews));
}
