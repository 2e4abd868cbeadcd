"""Two real workers on Redis share the work; the same chunk twice, at once, does no harm."""

from coaching.tests.cast import active_engagement, at, side
from coaching.tests.real.waiting import wait_until
from engagements.actions.people import add_executive
from trust.models import Flag, Judgement


def test_two_workers_judge_the_same_chunks_at_once_and_open_each_flag_once(start_worker, redis_server):
    mine = side("One", "Cora", "Pia", "Emil")
    engagements = [mine.engagement]
    for number in range(5):
        executive = add_executive(
            organization=mine.organization, name=f"E{number}", email=f"e{number}@client.example", by=None, now=at()
        )
        engagements.append(
            active_engagement(
                program=mine.program, coach=mine.coach, executive=executive, by=mine.manager, starts_days_ago=90
            )
        )
    keys = [str(engagement.pk) for engagement in engagements]
    workers = [start_worker(redis_server), start_worker(redis_server)]
    for worker in workers:
        for chunk in (keys[:4], keys[2:], keys):
            worker.send("trust.judge", chunk)
    finished = "Task trust.judge"
    wait_until(lambda: sum(worker.output.count("succeeded in") for worker in workers) >= 6, 60, finished)
    assert Judgement.objects.count() == len(keys)
    silent = Flag.objects.open().filter(kind="QUIET")
    assert sorted(str(key) for key in silent.values_list("engagement_id", flat=True)) == sorted(keys[1:])
    assert not [worker.output for worker in workers if "Traceback" in worker.output]
