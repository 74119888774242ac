FROM python:3.13-alpine3.24 AS build
RUN apk add --no-cache gcc musl-dev
RUN python -m venv /venv
ENV PATH="/venv/bin:$PATH"
WORKDIR /app
COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt

FROM python:3.13-alpine3.24
WORKDIR /app
COPY --from=build /venv /venv
COPY . .
ENV PATH="/venv/bin:$PATH"
CMD ["gunicorn", "-b", "0.0.0.0:8000", "app:app"]
