"""Events as programs that use the example workflows define them."""

from pydantic import BaseModel


class Progress(BaseModel):
    step: int
    text: str


class InputRequiredEvent(BaseModel):
    prefix: str


class Question(InputRequiredEvent):
    number: int


class Greeting(BaseModel):
    greeting: str
    count: int
