.PHONY: run test bench manage

# Each replaces the shell that make starts, so that a signal to make reaches it.
run test:
	@exec sh carportal/local/bootstrap.sh $@

# Ratios against the bare limit in the same run, for a person to read; nothing here passes or fails by time.
bench:
	@exec .venv/bin/python -m pytest tests/bench -q -s -p no:xdist -o python_files='bench_*.py' -o python_functions='bench_*'

manage:
	@exec .venv/bin/python manage.py $(ARGS)
