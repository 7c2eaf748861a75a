from . import test_dock
from . import test_external_api
from . import test_flow
from . import test_inspection
from . import test_look
from . import test_news
from . import test_security
from . import test_tour
