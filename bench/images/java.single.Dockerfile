FROM maven:3-eclipse-temurin-21
WORKDIR /app
COPY . .
RUN mvn package
CMD ["sh", "-c", "java -jar target/*.jar"]
