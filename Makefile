.PHONY: run test manage

# Each replaces the shell that make starts, so that a signal to make reaches it.
run test:
	@exec sh carportal/local/bootstrap.sh $@

manage:
	@exec .venv/bin/python manage.py $(ARGS)
