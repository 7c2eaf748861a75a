from . import test_account
from . import test_approval
from . import test_attempt
from . import test_audit
from . import test_event
from . import test_issue
from . import test_quota
from . import test_security
