FROM node:24-alpine3.24 AS build
WORKDIR /app
COPY package*.json ./
RUN npm ci --omit=dev
COPY . .

FROM node:24-alpine3.24
WORKDIR /app
COPY --from=build /app ./
USER node
CMD ["node", "server.js"]
