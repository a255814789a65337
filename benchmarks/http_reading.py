"""Reading over HTTP: how much of a server's rate is used, what a request costs, beside other clients.

Run with `make bench`; other clients take part where they are installed: pass the interpreters
of their environments with `--peers PYTHON`, as often as needed. No weights are involved: a mock
server in a process of its own, with 64 slots, answers every chat completion after 100 ms with
valid JSON, so that its limit is 640 requests per second.

Every client runs in a process of its own, in turns (A B C A B C), once to warm up and once
measured; medians of the turns are shown. CPU is the client's process time, all threads, divided
by its requests; of Pellucid, everything from a Request to a Reply, but not the reading of the
answers in it. In the line "read_documents" that is included: prompts, parsing, evidence.
"""

import argparse
import asyncio
import json
import logging
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import deque
from importlib.metadata import version
from pathlib import Path
from typing import ClassVar

SLOTS, LATENCY_S = 64, 0.1
LEAST_SHARE, MOST_CPU_MS = 0.85, 0.6
QUESTIONS = 12
PEERS = ("openai", "langextract", "skllm")
DISTRIBUTIONS = {"read_documents": "pellucid", "skllm": "scikit-llm"}

# ---- the mock server


class Served(asyncio.Protocol):
    """One connection to the server: bare, so that the server takes little of the machine from the clients."""

    counts: ClassVar = dict.fromkeys(("requests", "prompt tokens", "reply tokens"), 0)
    waiting: ClassVar = deque()
    taken = 0

    def connection_made(self, transport):
        self.transport, self.read = transport, b""

    def data_received(self, data):
        self.read += data
        head, end, body = self.read.partition(b"\r\n\r\n")
        size = re.search(rb"(?i)content-length: *(\d+)", head)
        if not end or len(body) < int(size[1] if size else 0):
            return
        self.read = b""
        if head.startswith(b"GET"):
            self.say(self.counts)
            Served.counts = dict.fromkeys(self.counts, 0)
        else:
            self.waiting.append((self, body))
            self.take()

    @classmethod
    def take(cls):
        """Give a slot to the next request; it is held for the whole time that a model would take."""
        while cls.waiting and cls.taken < SLOTS:
            connection, body = cls.waiting.popleft()
            cls.taken += 1
            asyncio.get_running_loop().call_later(LATENCY_S, connection.done, completion(body, cls.counts))

    def done(self, payload):
        Served.taken -= 1
        self.say(payload)
        self.take()

    def say(self, payload):
        body = json.dumps(payload).encode()
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        if not self.transport.is_closing():
            self.transport.write(head.encode() + body)


def completion(body, counts):
    body = json.loads(body)
    text = answer(body)
    prompt = sum(len(said["content"]) for said in body["messages"]) // 4
    used = {"prompt_tokens": prompt, "completion_tokens": len(text) // 4, "total_tokens": prompt + len(text) // 4}
    counts["requests"] += 1
    counts["prompt tokens"] += used["prompt_tokens"]
    counts["reply tokens"] += used["completion_tokens"]
    choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
    envelope = {"id": "c-1", "object": "chat.completion", "created": 0, "model": body["model"]}
    return {**envelope, "choices": [choice], "usage": used}


async def serve(port_file):
    server = await asyncio.get_running_loop().create_server(Served, "127.0.0.1", 0, backlog=512)
    Path(port_file).write_text(str(server.sockets[0].getsockname()[1]))
    await server.serve_forever()


def answer(body):
    """What a model would say that always takes the first option and quotes the first words of the document."""
    prompt = body["messages"][-1]["content"]
    form = body.get("response_format", {}).get("json_schema", {}).get("schema", {})
    if not form.get("properties"):
        return '{"extractions": []}' if "extractions" in prompt else '{"label": "no"}'
    quote = " ".join(prompt[prompt.find("\n") + 1 :][:60].split(" ")[:4]).strip()
    values = {key: part["properties"]["value"] for key, part in form["properties"].items() if "properties" in part}
    given = {key: part["enum"][0] if "enum" in part else part.get("minimum", 1) for key, part in values.items()}
    return json.dumps({key: {"value": value, "quote": quote} for key, value in given.items()})


# ---- the clients: each gets `work`, with the texts, our requests and a URL, and says what it took


def measured(run, requests):
    """Run once to warm up, once to measure."""
    run(requests[:SLOTS])
    began, cpu = time.perf_counter(), time.process_time()
    run(requests)
    cpu, wall = time.process_time() - cpu, time.perf_counter() - began
    return {"per second": len(requests) / wall, "CPU ms": 1000 * cpu / len(requests)}


def pellucid_client(work):
    from pellucid.llm import (
        Limits,
        OpenAIModel,
        Request,
    )  # a process imports what its own part needs: it may have no more

    requests = [Request.model_validate(fields) for fields in work["requests"]]
    with OpenAIModel("demo", url=work["url"], limits=Limits(concurrency=SLOTS), probe=False) as model:

        def run(some):
            assert all(reply.finish == "complete" for reply in model.reply(some))

        return measured(run, requests)


def read_documents_client(work):
    from pellucid.extraction import LLMFeatureExtractor
    from pellucid.llm import Limits, OpenAIModel

    with OpenAIModel("demo", url=work["url"], limits=Limits(concurrency=SLOTS), probe=False) as model:
        extractor = LLMFeatureExtractor(twelve_questions(), model)

        def run(some):
            readings = extractor.fit(some).read(some)
            assert all(answer.status == "answered" for reading in readings for answer in reading.answers)

        return measured(run, work["texts"])


def bare_aiohttp_client(work):
    import aiohttp

    async def ask(session, free, body):
        async with free, session.post(work["url"] + "/chat/completions", data=json.dumps(body)) as reply:
            return json.loads(await reply.read())

    async def ask_all(bodies):
        free = asyncio.Semaphore(SLOTS)
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
            await asyncio.gather(*(ask(session, free, body) for body in bodies))

    return measured(lambda some: asyncio.run(ask_all(some)), work["bodies"])


def openai_client(work):
    from openai import AsyncOpenAI

    async def ask_all(bodies):
        free = asyncio.Semaphore(SLOTS)
        async with AsyncOpenAI(base_url=work["url"], api_key="none", max_retries=0) as client:

            async def ask(body):
                async with free:
                    return await client.chat.completions.create(**body)

            await asyncio.gather(*map(ask, bodies))

    return measured(lambda some: asyncio.run(ask_all(some)), work["bodies"])


def langextract_client(work):
    import langextract
    from langextract.providers.openai import OpenAILanguageModel

    model = OpenAILanguageModel(model_id="demo", api_key="none", base_url=work["url"], max_workers=SLOTS)
    shown = langextract.data.Extraction(extraction_class="sign", extraction_text="pain")
    examples = [langextract.data.ExampleData(text="Some pain.", extractions=[shown])]

    def run(some):
        documents = [langextract.data.Document(text=text) for text in some]
        found = langextract.extract(
            documents, prompt_description="Find the signs.", examples=examples, model=model, show_progress=False,
            max_workers=SLOTS, batch_length=SLOTS, max_char_buffer=100_000, fence_output=False,
        )  # fmt: skip
        assert len(list(found)) == len(some)

    return measured(run, work["texts"])


def skllm_client(work):
    os.environ["OPENAI_BASE_URL"] = work["url"]
    from skllm.config import SKLLMConfig
    from skllm.models.gpt.classification.zero_shot import ZeroShotGPTClassifier

    SKLLMConfig.set_gpt_url(work["url"])
    SKLLMConfig.set_openai_key("none")
    model = ZeroShotGPTClassifier(model="custom_url::demo").fit(["a", "b"], ["yes", "no"])

    def run(some):
        assert len(model.predict(some, num_workers=SLOTS)) == len(some)

    return measured(run, work["texts"])


CLIENTS = {
    "pellucid": ("Pellucid, OpenAIModel.reply", pellucid_client),
    "read_documents": ("Pellucid, read to answers", read_documents_client),
    "aiohttp": ("aiohttp, bare loop", bare_aiohttp_client),
    "openai": ("openai, async", openai_client),
    "langextract": ("langextract", langextract_client),
    "skllm": ("scikit-llm", skllm_client),
}


# ---- the run


def twelve_questions():
    from pellucid.domains import load

    whole = load("healthcare").questionnaire
    return whole.model_copy(update={"questions": whole.questions[:QUESTIONS]})


def texts(count):
    from pellucid.domains import load

    some = [str(text) for text in load("healthcare").documents()]
    return [f"{some[number % len(some)]} Record {number}." for number in range(count)]


def work_for(url, count):
    """The same documents for every client; our very requests, and as bodies for clients that take those."""
    from pellucid.extraction._prompt import ask_questionnaire

    documents = texts(count)
    requests = [
        ask_questionnaire(twelve_questions(), document=str(number), text=text) for number, text in enumerate(documents)
    ]
    bodies = [
        {
            "model": "demo",
            "messages": [{"role": "system", "content": one.system}, {"role": "user", "content": one.prompt}],
            "temperature": 0,
            "max_tokens": 1024,
            "response_format": {"type": "json_schema", "json_schema": {"name": "reply", "schema": one.reply_schema}},
        }
        for one in requests
    ]
    dumped = [one.model_dump(mode="json") for one in requests]
    return {"url": url, "texts": documents, "requests": dumped, "bodies": bodies}


def pythons(given):
    """Which interpreter has which client."""
    found = {name: sys.executable for name in CLIENTS if name not in PEERS}
    for python in given:
        code = f"import importlib.util as u; print(*[n for n in {PEERS} if u.find_spec(n)])"
        present = subprocess.run([python, "-c", code], capture_output=True, text=True, check=True).stdout.split()  # noqa: S603
        for name in present:
            found.setdefault(name, python)
    return found


def turn(python, name, work_file):
    """Run one client in a process of its own; None, with its last words, where it fails."""
    run = subprocess.run([python, __file__, "--client", name, work_file], capture_output=True, text=True, check=False)  # noqa: S603
    if run.returncode:
        print(f"  {CLIENTS[name][0]} failed: {(run.stderr.strip().splitlines() or ['no word'])[-1][:200]}")
        return None
    return json.loads(run.stdout.splitlines()[-1])


def rates(work_file, found, turns):
    limit = SLOTS / LATENCY_S
    taken = {name: [] for name in CLIENTS if name in found}
    for _ in range(turns):
        for name in list(taken):
            result = turn(found[name], name, work_file)
            if result is None:
                del taken[name]
            else:
                taken[name].append(result)
    keys = ("per second", "CPU ms")
    middle = {
        name: {key: statistics.median(each[key] for each in runs) for key in keys} for name, runs in taken.items()
    }
    ours = middle["pellucid"]
    print(f"  {'':28}{'per s':>7}{'of limit':>10}{'CPU ms':>9}{'CPU, ratio':>12}   per s in each turn, version")
    for name, of in middle.items():
        each = " ".join(f"{one['per second']:.0f}" for one in taken[name])
        print(
            f"  {CLIENTS[name][0]:28}{of['per second']:7.0f}{of['per second'] / limit:10.0%}{of['CPU ms']:9.2f}"
            f"{of['CPU ms'] / ours['CPU ms']:12.1f}   {each}   {taken[name][0]['version']}"
        )
    absent = [CLIENTS[name][0] for name in PEERS if name not in found]
    if absent:
        print(f"  not installed, so not measured: {', '.join(absent)}")
    return ours["per second"] / limit >= LEAST_SHARE and ours["CPU ms"] <= MOST_CPU_MS


def counted(url):
    return json.loads(urllib.request.urlopen(url.removesuffix("/v1") + "/count").read())  # noqa: S310


def calls(url, count):
    """One call per document against one per question, as the server counts them."""
    from pellucid.extraction import LLMFeatureExtractor
    from pellucid.llm import Limits, OpenAIModel

    whole = twelve_questions()
    single = [whole.model_copy(update={"questions": (question,)}) for question in whole.questions]
    documents, seen = texts(count), []
    for questionnaires in ([whole], single):
        counted(url)
        began = time.perf_counter()
        with OpenAIModel("demo", url=url, limits=Limits(concurrency=SLOTS), probe=False) as model:
            for questionnaire in questionnaires:
                LLMFeatureExtractor(questionnaire, model).fit(documents).read(documents)
        seen.append({**counted(url), "seconds": time.perf_counter() - began})
    print(f"{count} documents, {QUESTIONS} questions, counted by the server (a token: 4 characters)")
    for key in seen[0]:
        per_document, per_question = seen[0][key], seen[1][key]
        print(
            f"  {key:14} one call per document {per_document:12,.5g}   per question {per_question:12,.7g}"
            f"   ratio {per_question / per_document:5.1f}"
        )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--peers", action="append", default=[], metavar="PYTHON", help="an interpreter with peers")
    parser.add_argument("--documents", type=int, default=500)
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--serve", metavar="PORT_FILE", help=argparse.SUPPRESS)
    parser.add_argument("--client", nargs=2, help=argparse.SUPPRESS)
    given = parser.parse_args()
    logging.disable(logging.WARNING)
    if given.serve:
        return asyncio.run(serve(given.serve))
    if given.client:
        name, work_file = given.client
        result = CLIENTS[name][1](json.loads(Path(work_file).read_text()))
        print("\n" + json.dumps({**result, "version": version(DISTRIBUTIONS.get(name, name))}))
        return 0
    with tempfile.TemporaryDirectory() as folder:
        port_file, work_file = Path(folder) / "port", Path(folder) / "work.json"
        server = subprocess.Popen([sys.executable, __file__, "--serve", str(port_file)])  # noqa: S603
        try:
            while not (port_file.exists() and port_file.read_text()):
                time.sleep(0.05)
            url = f"http://127.0.0.1:{port_file.read_text()}/v1"
            work_file.write_text(json.dumps(work_for(url, given.documents)))
            print(
                f"{given.documents} documents, {QUESTIONS} questions in one call, {SLOTS} in flight, "
                f"{LATENCY_S * 1000:.0f} ms; limit {SLOTS / LATENCY_S:.0f} per s; {given.turns} turns; "
                f"load at the start {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores; "
                f"target: at least {LEAST_SHARE:.0%} of the limit, at most {MOST_CPU_MS} ms of CPU"
            )
            kept = rates(str(work_file), pythons([sys.executable, *given.peers]), given.turns)
            calls(url, given.documents // 5)
        finally:
            server.terminate()
            server.wait()
    print("targets kept" if kept else "a target was missed")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
