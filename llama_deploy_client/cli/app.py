"""The commands and groups, their examples, and the program itself."""

from __future__ import annotations

from collections.abc import Callable

import typer
from attrs import frozen

from . import PROGRAM, config, deployments, events, run, services, sessions, status, tasks
from .command import Group, add_command, heading, take_shared_options
from .completion import prepare_bash
from .exits import ExitCode
from .profiles import profile_file
from .settings import PRECEDENCE, VARIABLES
from .texts import print_anything

_EXIT_CODES = "\n".join(f"{code.value:<5}{code.meaning}" for code in ExitCode)


@frozen
class _Command:
    name: str
    function: Callable[..., None]
    examples: str


_DEPLOY = f"""
    {PROGRAM} deployments {{0}} deployment.yml
    {PROGRAM} deployments {{0}} deployment.yml --base-path /srv/workflows
    envsubst < deployment.yml | {PROGRAM} deployments {{0}} -
"""

_COMMANDS = [
    _Command(
        "status",
        status.status,
        f"""
        {PROGRAM} status
        {PROGRAM} status --url https://llama.example.org --token-file ~/.token
        until {PROGRAM} status --timeout 2; do sleep 1; done
        """,
    ),
    _Command(
        "run",
        run.run,
        f"""
        {PROGRAM} run message=hello
        {PROGRAM} run --service progress steps=3 --events
        {PROGRAM} run '{{"message": "hello", "tags": ["a", "b"]}}'
        {PROGRAM} run message=hello --timeout 300 --json | jq .
        task=$({PROGRAM} run --detach message=hello)
        {PROGRAM} run --inputs in.jsonl --results out.jsonl
        """,
    ),
    _Command(
        "events",
        events.events,
        f"""
        {PROGRAM} events 2f1e5c8a-0d5b-4f7e-9a77-6c1f3f1f2b11
        {PROGRAM} events TASK --deployment demo --take-events --json | jq -r .text
        """,
    ),
    _Command("config", config.config, f"{PROGRAM} config --profile prod"),
]

_GROUPS: dict[tuple[str, str], list[_Command]] = {
    ("deployments", "The deployments of the API server."): [
        _Command("list", deployments.list_deployments, f"{PROGRAM} deployments list"),
        _Command("create", deployments.create, _DEPLOY.format("create")),
        _Command("reload", deployments.reload, _DEPLOY.format("reload")),
    ],
    ("sessions", "The sessions of a deployment."): [
        _Command("list", sessions.list_sessions, f"{PROGRAM} sessions list"),
        _Command(
            "create",
            sessions.create,
            f"""
            id=$({PROGRAM} sessions create)
            {PROGRAM} run --session "$id" message=hello
            """,
        ),
        _Command("delete", sessions.delete, f'{PROGRAM} sessions delete "$id"'),
    ],
    ("tasks", "The tasks of a deployment."): [
        _Command("list", tasks.list_tasks, f"{PROGRAM} tasks list"),
        _Command("wait", tasks.wait, f"{PROGRAM} tasks wait TASK --timeout 600"),
        _Command("results", tasks.results, f"{PROGRAM} tasks results TASK --timeout 10"),
        _Command(
            "send",
            tasks.send,
            f"""
            {PROGRAM} tasks send TASK Ada --session SESSION
            {PROGRAM} tasks send TASK --event my_workflow.Approval approved=true -s SESSION
            """,
        ),
    ],
    ("services", "The services of a control plane (LlamaDeploy 0.6 to 0.8)."): [
        _Command(
            "list",
            services.list_services,
            f"{PROGRAM} services list --control-plane-url http://localhost:8000",
        ),
    ],
    ("profiles", "Named sets of settings. `profiles list` shows their file."): [
        _Command("list", config.list_profiles, f"{PROGRAM} profiles list"),
        _Command("show", config.show_profile, f"{PROGRAM} profiles show prod"),
    ],
}


def build() -> typer.Typer:
    """Build the whole command line."""
    end = {
        "Variables": VARIABLES,
        "Order of settings": PRECEDENCE,
        "Profiles": str(profile_file()),
        "Exit codes": _EXIT_CODES,
    }
    app = typer.Typer(
        help="Use a LlamaDeploy server: run its workflows, follow them, manage deployments.",
        epilog="\n".join(heading(title, text) for title, text in end.items()),
        no_args_is_help=True,
        rich_markup_mode="rich",
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    take_shared_options(app)
    _add(app, _COMMANDS)
    for (name, help), commands in _GROUPS.items():
        group = typer.Typer(help=help, cls=Group, no_args_is_help=True, rich_markup_mode="rich")
        _add(group, commands)
        app.add_typer(group, name=name)
    return app


def _add(app: typer.Typer, commands: list[_Command]) -> None:
    for each in commands:
        add_command(app, each.function, name=each.name, examples=each.examples)


def run_app(arguments: list[str] | None = None) -> int:
    """Run the command line.

    Returns:
        The exit code.
    """
    prepare_bash()
    print_anything()
    command = typer.main.get_command(build())
    try:
        ended = command.main(arguments, prog_name=PROGRAM, standalone_mode=False)
    except SystemExit as exit:  # from completion, or from a help page whose reader closed the pipe
        if isinstance(exit.__context__, BrokenPipeError):
            raise BrokenPipeError from None
        return exit.code if isinstance(exit.code, int) else ExitCode.ERROR
    except ModuleNotFoundError:  # an extra is not installed
        raise
    except Exception as error:  # from typer itself: reading arguments, writing completion
        from .reporting import report

        return report(error)
    return ended if isinstance(ended, int) else ExitCode.DONE
