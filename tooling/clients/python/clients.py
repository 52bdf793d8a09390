"""Every Python client library, unchanged, behind one set of words: what the suite asks of each."""

import json

import anthropic
import instructor
import litellm
import openai
from pydantic import BaseModel

KEY = "sdk-key"
QUESTION = "How is the weather in Paris?"
MESSAGES = [{"role": "user", "content": QUESTION}]
CITY = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
DESCRIPTION = "The weather of a city."

litellm.telemetry = False
litellm.suppress_debug_info = True


class Person(BaseModel):
    """A person."""

    name: str
    age: int


def weather_in(arguments):
    """The tool itself: what the model was given comes back in its answer."""
    return f"sunny in {arguments['city']}"


def chat_tool():
    return {"type": "function", "function": {"name": "get_weather", "description": DESCRIPTION, "parameters": CITY}}


def run_chat_tools(ask):
    """A tool loop in the words of Chat Completions."""
    first = ask(messages=MESSAGES, tools=[chat_tool()]).choices[0].message
    results = [
        {"role": "tool", "tool_call_id": call.id, "content": weather_in(json.loads(call.function.arguments))}
        for call in first.tool_calls
    ]
    history = [*MESSAGES, first.model_dump(exclude_none=True), *results]
    return ask(messages=history, tools=[chat_tool()]).choices[0].message.content


class OpenAIChat:
    errors = openai

    def __init__(self, client):
        self.client = client

    def text(self, model):
        return self.client.chat.completions.create(model=model, messages=MESSAGES).choices[0].message.content

    def stream(self, model):
        chunks = self.client.chat.completions.create(model=model, messages=MESSAGES, stream=True)
        return [chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices]

    def tools(self, model):
        return run_chat_tools(lambda **fields: self.client.chat.completions.create(model=model, **fields))

    def object(self, model):
        return self.client.chat.completions.parse(model=model, messages=MESSAGES, response_format=Person).choices[0].message.parsed


class OpenAIResponses:
    errors = openai

    def __init__(self, client):
        self.client = client

    def text(self, model):
        return self.client.responses.create(model=model, input=QUESTION).output_text

    def stream(self, model):
        events = self.client.responses.create(model=model, input=QUESTION, stream=True)
        return [event.delta for event in events if event.type == "response.output_text.delta"]

    def tools(self, model):
        tools = [{"type": "function", "name": "get_weather", "description": DESCRIPTION, "parameters": CITY, "strict": False}]
        first = self.client.responses.create(model=model, input=MESSAGES, tools=tools)
        outputs = [
            {"type": "function_call_output", "call_id": item.call_id, "output": weather_in(json.loads(item.arguments))}
            for item in first.output
            if item.type == "function_call"
        ]
        return self.client.responses.create(model=model, input=[*MESSAGES, *first.output, *outputs], tools=tools).output_text

    def object(self, model):
        return self.client.responses.parse(model=model, input=QUESTION, text_format=Person).output_parsed


class AnthropicMessages:
    errors = anthropic

    def __init__(self, client):
        self.client = client

    def text(self, model):
        return self.client.messages.create(model=model, max_tokens=1024, messages=MESSAGES).content[0].text

    def stream(self, model):
        with self.client.messages.stream(model=model, max_tokens=1024, messages=MESSAGES) as stream:
            return list(stream.text_stream)

    def tools(self, model):
        tools = [{"name": "get_weather", "description": DESCRIPTION, "input_schema": CITY}]
        first = self.client.messages.create(model=model, max_tokens=1024, messages=MESSAGES, tools=tools)
        results = [
            {"type": "tool_result", "tool_use_id": block.id, "content": weather_in(block.input)}
            for block in first.content
            if block.type == "tool_use"
        ]
        history = [*MESSAGES, {"role": "assistant", "content": first.content}, {"role": "user", "content": results}]
        return self.client.messages.create(model=model, max_tokens=1024, messages=history, tools=tools).content[0].text

    def object(self, model):
        tools = [{"name": "person", "description": "A person.", "input_schema": Person.model_json_schema()}]
        choice = {"type": "tool", "name": "person"}
        message = self.client.messages.create(model=model, max_tokens=1024, messages=MESSAGES, tools=tools, tool_choice=choice)
        return Person(**next(block for block in message.content if block.type == "tool_use").input)


class LiteLLM:
    errors = litellm.exceptions

    def __init__(self, prefix, url):
        self.prefix = prefix
        self.fields = {"api_base": url, "api_key": KEY, "num_retries": 0, "max_retries": 0}

    def ask(self, model, **fields):
        return litellm.completion(model=f"{self.prefix}/{model}", **self.fields, **fields)

    def text(self, model):
        return self.ask(model, messages=MESSAGES).choices[0].message.content

    def stream(self, model):
        return [chunk.choices[0].delta.content or "" for chunk in self.ask(model, messages=MESSAGES, stream=True)]

    def tools(self, model):
        return run_chat_tools(lambda **fields: self.ask(model, **fields))

    def object(self, model):
        return Person(**json.loads(self.ask(model, messages=MESSAGES, response_format=Person).choices[0].message.content))


class Instructor:
    """Structured output only: that is what the library is for."""

    def __init__(self, create):
        self.create = create

    def object(self, model):
        return self.create(model)


def clients_of(url):
    """The clients against a gateway."""
    client = openai.OpenAI(api_key=KEY, base_url=f"{url}/v1", max_retries=0)
    azure = openai.AzureOpenAI(api_key=KEY, azure_endpoint=url, api_version="2024-10-21", max_retries=0)
    claude = anthropic.Anthropic(api_key=KEY, base_url=url, max_retries=0)

    def from_openai(mode):
        patched = instructor.from_openai(client, mode=mode)
        return Instructor(
            lambda model: patched.chat.completions.create(model=model, messages=MESSAGES, response_model=Person, max_retries=0)
        )

    def from_anthropic(mode):
        patched = instructor.from_anthropic(claude, mode=mode)
        return Instructor(
            lambda model: patched.messages.create(
                model=model, max_tokens=1024, messages=MESSAGES, response_model=Person, max_retries=0
            )
        )

    return {
        "openai chat": OpenAIChat(client),
        "openai responses": OpenAIResponses(client),
        "azure openai chat": OpenAIChat(azure),
        "anthropic messages": AnthropicMessages(claude),
        "litellm openai": LiteLLM("openai", f"{url}/v1"),
        "litellm anthropic": LiteLLM("anthropic", url),
        "instructor openai tools": from_openai(instructor.Mode.TOOLS),
        "instructor openai json": from_openai(instructor.Mode.JSON),
        "instructor openai json_schema": from_openai(instructor.Mode.JSON_SCHEMA),
        "instructor openai md_json": from_openai(instructor.Mode.MD_JSON),
        "instructor anthropic tools": from_anthropic(instructor.Mode.ANTHROPIC_TOOLS),
        "instructor anthropic json": from_anthropic(instructor.Mode.ANTHROPIC_JSON),
    }
