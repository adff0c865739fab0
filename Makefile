.PHONY: run test bench soak manage

# Each replaces the shell that make starts, so that a signal to make reaches it.
run test:
	@exec sh carportal/local/bootstrap.sh $@

# Ratios against the bare limit in the same run, for a person to read; nothing here passes or fails by time.
bench:
	@exec .venv/bin/python -m pytest tests/bench -q -s -p no:xdist -o python_files='bench_*.py' -o python_functions='bench_*'

# Random play for SOAK_MINUTES (30 if not said): the state machines, two people at one draft, damaged files by the
# thousand, workers that die. Every round is another one, for what the bounded play of `make test` did not come to.
soak:
	@exec .venv/bin/python -m pytest tests -q -x -p no:xdist -p tests.soak.rounds --hypothesis-profile=soak -m 'hypothesis or soak' -o python_files='test_*.py soak_*.py' -o python_functions='test_* soak_*'

manage:
	@exec .venv/bin/python manage.py $(ARGS)
