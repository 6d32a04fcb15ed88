"""The Python A2A SDK against a server of ours, on both bindings:

    python3 -m venv venv && venv/bin/pip install a2a-sdk
    venv/bin/python tests/conformance/a2a_python_client.py http://127.0.0.1:8000 http://receiver.internal:9701
"""

import asyncio
import pathlib
import sys
import uuid

import httpx
from a2a.client import A2ACardResolver, ClientConfig, ClientFactory
from a2a.types import (
    CancelTaskRequest,
    DeleteTaskPushNotificationConfigRequest,
    GetExtendedAgentCardRequest,
    GetTaskPushNotificationConfigRequest,
    GetTaskRequest,
    ListTaskPushNotificationConfigsRequest,
    ListTasksRequest,
    Message,
    Part,
    Role,
    SendMessageRequest,
    SubscribeToTaskRequest,
    TaskPushNotificationConfig,
    TaskState,
)

SERVER, HOOK = sys.argv[1:3]
DESK = pathlib.Path(__file__).parents[2] / 'examples' / 'mug-too-close.jpg'
done = 0


def check(what, holds):
    global done
    if not holds:
        raise SystemExit(f'FAILED: {what}')
    done += 1


def asked(*parts, **more):
    message = Message(message_id=str(uuid.uuid4()), role=Role.ROLE_USER, parts=parts, **more)
    return SendMessageRequest(message=message)


def kind(event):
    return event.WhichOneof('payload')


async def last_task(client, request):
    task_id, states, artifacts = None, [], 0
    async for event in client.send_message(request):
        if kind(event) == 'task':
            task_id = event.task.id
            states.append(event.task.status.state)
            artifacts += len(event.task.artifacts)
        elif kind(event) == 'status_update':
            states.append(event.status_update.status.state)
        elif kind(event) == 'artifact_update':
            artifacts += 1
    return task_id, states, artifacts


async def exercise(http, card, binding, streaming):
    config = ClientConfig(httpx_client=http, supported_protocol_bindings=[binding], streaming=streaming)
    client = ClientFactory(config).create(card)
    photo = Part(raw=DESK.read_bytes(), media_type='image/jpeg')
    task_id, states, artifacts = await last_task(client, asked(photo))
    check('a photo is analysed', states[-1] == TaskState.TASK_STATE_COMPLETED and artifacts == 1)
    if streaming:
        check('a stream is whole', states[0] == TaskState.TASK_STATE_SUBMITTED and len(states) > 3)
    task = await client.get_task(GetTaskRequest(id=task_id))
    check('the task is there', task.id == task_id and len(task.artifacts) == 1)
    waiting, states, _ = await last_task(client, asked(Part(text='hello')))
    check('what is missing is asked for', states[-1] == TaskState.TASK_STATE_INPUT_REQUIRED)
    again = await client.get_task(GetTaskRequest(id=waiting))
    _, states, _ = await last_task(
        client, asked(Part(text='Keep mugs at least 6 inches away from laptops'), task_id=waiting, context_id=again.context_id)
    )
    check('and answered', states[-1] in (TaskState.TASK_STATE_COMPLETED, TaskState.TASK_STATE_INPUT_REQUIRED))

    seen, token = [], ''
    while True:
        page = await client.list_tasks(ListTasksRequest(page_size=2, page_token=token))
        seen += [one.id for one in page.tasks]
        token = page.next_page_token
        if token == '':
            break
    check('all pages, each task once', len(seen) == len(set(seen)) == page.total_size and waiting in seen)

    for name in ('one', 'two'):
        made = await client.create_task_push_notification_config(
            TaskPushNotificationConfig(task_id=task_id, id=name, url=HOOK + '/' + name, token='t')
        )
        check('an address is taken', made.id == name)
    found = await client.get_task_push_notification_config(GetTaskPushNotificationConfigRequest(task_id=task_id, id='one'))
    check('it can be looked at', found.url == HOOK + '/one')
    await client.delete_task_push_notification_config(DeleteTaskPushNotificationConfigRequest(task_id=task_id, id='one'))
    left = await client.list_task_push_notification_configs(ListTaskPushNotificationConfigsRequest(task_id=task_id))
    check('and taken back', [one.id for one in left.configs] == ['two'])

    to_cancel, _, _ = await last_task(client, asked(Part(text='hello')))
    heard = []

    async def listen():
        async for event in client.subscribe(SubscribeToTaskRequest(id=to_cancel)):
            heard.append(event)

    # A client without streams subscribes to nothing.
    listening = asyncio.create_task(listen()) if streaming else None
    while listening is not None and not heard and not listening.done():
        await asyncio.sleep(0.05)
    cancelled = await client.cancel_task(CancelTaskRequest(id=to_cancel))
    check('a task is cancelled', cancelled.status.state == TaskState.TASK_STATE_CANCELED)
    if listening is not None:
        await asyncio.wait_for(listening, 60)
        check('and who listens hears it', heard[-1].status_update.status.state == TaskState.TASK_STATE_CANCELED)
    extended = await client.get_extended_agent_card(GetExtendedAgentCardRequest())
    check('the extended card says more', len(extended.skills) > len(card.skills))
    try:
        await client.get_task(GetTaskRequest(id='nobody-has-this'))
        check('an unknown task is an error', False)
    except SystemExit:
        raise
    except Exception as error:
        check('an unknown task is TaskNotFound', 'NotFound' in type(error).__name__)


async def main():
    async with httpx.AsyncClient(timeout=120) as http:
        card = await A2ACardResolver(http, SERVER).get_agent_card()
        for binding in ('JSONRPC', 'HTTP+JSON'):
            for streaming in (True, False):
                before = done
                await exercise(http, card, binding, streaming)
                print(f'{binding}, streaming {streaming}: {done - before} checks hold')


asyncio.run(main())
