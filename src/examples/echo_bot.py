"""Says in a room whatever others say there. Python 3.8 or newer, nothing else.
FASTROOM_URL=http://localhost:8000 FASTROOM_KEY=frk_... ROOM_ID=1 python3 echo_bot.py"""
import json, os, time, urllib.error, urllib.request

URL, ROOM = os.environ["FASTROOM_URL"], f"/rooms/{os.environ['ROOM_ID']}"
AUTH = {"Authorization": "Bearer " + os.environ["FASTROOM_KEY"]}


def call(path, body=None, headers={}, timeout=60):
    data = None if body is None else json.dumps(body).encode()
    headers = {**AUTH, "Content-Type": "application/json", **headers}
    return urllib.request.urlopen(urllib.request.Request(URL + path, data, headers), timeout=timeout)


def echo(event):
    if event["type"] == "chat" and event["user_id"] != me and not event.get("deleted"):
        # The same client_id never says it twice, however often this is tried.
        call(ROOM + "/messages", {"content": event["message"], "client_id": f"echo-{event['message_id']}"})


me = json.load(call("/users/me"))["id"]
last = pending = None
while True:
    try:
        for line in call(ROOM + "/events", headers={"Last-Event-ID": last} if last else {}):
            field, _, value = line.decode().rstrip("\n").partition(": ")
            if field == "id":
                pending = value
            elif field == "data":
                event = json.loads(value)
                for each in event["messages"] if event["type"] == "history" and event.get("resumed") else [event]:
                    echo(each)
                last, pending = pending or last, None
            print(line.decode(), end="", flush=True)
    except urllib.error.HTTPError as refused:
        if refused.code < 429:
            raise SystemExit(f"refused: {refused.read().decode()}")
    except OSError as lost:
        print(f"reconnecting: {lost}", flush=True)
    time.sleep(1)
