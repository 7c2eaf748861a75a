"""What happens between buyer and seller: orders, payment, shipment, receipt, refunds."""

from . import life, refunds  # noqa: F401 they put their events on the timeline
