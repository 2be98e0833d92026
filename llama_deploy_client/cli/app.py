"""The commands, and how they hang together."""

from __future__ import annotations

import typer

from . import PROGRAM, deployments, events, services, sessions, status, tasks
from . import run as runs
from .command import add_command, take_shared_options, teach
from .exits import ExitCode, report
from .output import print_anything
from .settings import VARIABLES

_EXIT_CODES = "\n".join(f"{code.value:<5}{code.meaning}" for code in ExitCode)


def build() -> typer.Typer:
    """The whole command line."""
    app = typer.Typer(
        help="Use a LlamaDeploy server: run its workflows, follow them, manage what it serves.",
        epilog=teach("Variables", VARIABLES) + "\n" + teach("Exit codes", _EXIT_CODES),
        no_args_is_help=True,
        rich_markup_mode="rich",
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    take_shared_options(app)
    _add_single_commands(app)
    _add_groups(app)
    return app


def _add_single_commands(app: typer.Typer) -> None:
    add_command(
        app,
        status.status,
        name="status",
        examples=f"""
            {PROGRAM} status
            {PROGRAM} status --url https://llama.example.org --token-file ~/.token
            until {PROGRAM} status --timeout 2; do sleep 1; done
        """,
    )
    add_command(
        app,
        runs.run,
        name="run",
        examples=f"""
            {PROGRAM} run message=hello
            {PROGRAM} run --service progress steps=3 --events
            {PROGRAM} run '{{"message": "hello", "tags": ["a", "b"]}}'
            {PROGRAM} run message=hello --timeout 300 --json | jq .
            {PROGRAM} run --inputs in.jsonl --results out.jsonl
        """,
    )
    add_command(
        app,
        events.events,
        name="events",
        examples=f"""
            {PROGRAM} events 2f1e5c8a-0d5b-4f7e-9a77-6c1f3f1f2b11
            {PROGRAM} events TASK --deployment demo --json | jq -r .text
        """,
    )


def _add_groups(app: typer.Typer) -> None:
    group = _group(app, "deployments", "What the API server serves.")
    add_command(
        group, deployments.list_deployments, name="list", examples=f"{PROGRAM} deployments list"
    )
    for name, function in (("create", deployments.create), ("reload", deployments.reload)):
        examples = f"""
            {PROGRAM} deployments {name} deployment.yml
            envsubst < deployment.yml | {PROGRAM} deployments {name} -
        """
        add_command(group, function, name=name, examples=examples)

    group = _group(app, "sessions", "The sessions of a deployment.")
    add_command(group, sessions.list_sessions, name="list", examples=f"{PROGRAM} sessions list")
    create = f"""
        id=$({PROGRAM} sessions create)
        {PROGRAM} run --session "$id" message=hello
    """
    add_command(group, sessions.create, name="create", examples=create)
    add_command(group, sessions.delete, name="delete", examples=f'{PROGRAM} sessions delete "$id"')

    group = _group(app, "tasks", "The tasks of a deployment.")
    add_command(group, tasks.list_tasks, name="list", examples=f"{PROGRAM} tasks list")
    results = f"{PROGRAM} tasks results TASK --timeout 10"
    add_command(group, tasks.results, name="results", examples=results)

    group = _group(app, "services", "The services of a control plane (LlamaDeploy 0.6 to 0.8).")
    services_list = f"{PROGRAM} services list --control-plane-url http://localhost:8000"
    add_command(group, services.list_services, name="list", examples=services_list)


def _group(app: typer.Typer, name: str, help: str) -> typer.Typer:
    group = typer.Typer(help=help, no_args_is_help=True, rich_markup_mode="rich")
    app.add_typer(group, name=name)
    return group


def run(arguments: list[str] | None = None) -> int:
    """Run the command line and tell its exit code."""
    print_anything()
    command = typer.main.get_command(build())
    try:
        ended = command.main(arguments, prog_name=PROGRAM, standalone_mode=False)
    except (typer.TyperException, typer.Abort) as error:
        return report(error)
    except SystemExit as exit:  # of completion, and of a help page that nobody reads to its end
        if isinstance(exit.__context__, BrokenPipeError):
            return ExitCode.BROKEN_PIPE
        return exit.code if isinstance(exit.code, int) else ExitCode.ERROR
    return ended if isinstance(ended, int) else ExitCode.DONE
