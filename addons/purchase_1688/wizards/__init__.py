from . import purchase_1688_attempt_resolve
from . import purchase_1688_comparison_apply
from . import purchase_1688_issue_close
from . import purchase_1688_offer_collect
from . import purchase_1688_offer_search
from . import purchase_1688_order_cancel
from . import purchase_1688_refund_request
