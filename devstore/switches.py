"""What a test may break on purpose: deliveries, GraphQL answers, asynchronous work. All off by default."""

from dataclasses import dataclass, field


@dataclass
class DeliverySwitches:
    """How webhooks travel. Counts fall with each use; shares are 0 to 1 of all deliveries, drawn by a seeded die.

    paused: queue, send nothing. delay_seconds: wait before each. shuffle: send what is queued in random order.
    drop_next/drop_share: lose it before it leaves (it is retried like a failure unless lose_for_good).
    lower_case: the Events header family instead of the classic one.
    """

    paused: bool = False
    duplicate_next: int = 0
    duplicate_share: float = 0
    delay_seconds: float = 0
    shuffle: bool = False
    drop_next: int = 0
    drop_share: float = 0
    lose_for_good: bool = False
    lower_case: bool = False
    retries: int = 8
    backoff_seconds: tuple[float, ...] = (0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4)
    timeout_seconds: float = 5.0
    seed: int = 1


@dataclass
class ApiSwitches:
    """How the Admin API behaves. fail_next: calls to fail with `fail_with` (500, 502, 503 or "timeout").

    bulk_fail_next: bulk queries to end half-way as `bulk_fail_as` (FAILED with `bulk_fail_code`, CANCELED, EXPIRED).
    cut_before_next, cut_after_next: mutations whose connection breaks before or after they were done.
    journey_seconds: after an order, until the visits before it are gathered.
    bulk_expire_next: downloads answered as an address that has expired. bulk_cut_next: downloads that break half-way.
    """

    throttle_next: int = 0
    fail_next: int = 0
    fail_with: str = "500"
    hang_seconds: float = 0.5
    bucket_size: int = 2000
    restore_rate: int = 100
    import_polls: int = 1
    bulk_polls: int = 1
    bulk_fail_next: int = 0
    bulk_fail_as: str = "FAILED"
    bulk_fail_code: str = "INTERNAL_SERVER_ERROR"
    bulk_expire_next: int = 0
    bulk_cut_next: int = 0
    journey_seconds: int = 300
    cut_before_next: int = 0
    cut_after_next: int = 0


@dataclass
class Switches:
    """Every switch of the devstore."""

    delivery: DeliverySwitches = field(default_factory=DeliverySwitches)
    api: ApiSwitches = field(default_factory=ApiSwitches)
    # False: the app has no approval for protected customer data; people are missing from bodies (T15).
    protected_data: bool = True
